// 删去一份文件自己的人工认定；地区的认定不动
// params: document (string)
// returns: -
MATCH (j:Judgement {document: $document})
DELETE j
