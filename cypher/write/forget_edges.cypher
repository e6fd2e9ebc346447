// 删去一份文件自己的边；别的文件引用它的边不动
// params: document (string)
// returns: -
MATCH (d:Document {id: $document})
OPTIONAL MATCH (d)-[out:BASED_ON|CITES|APPLIES_TO]->()
OPTIONAL MATCH ()-[issued:ISSUED]->(d)
DELETE out, issued
