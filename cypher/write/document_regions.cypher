// 写入文件适用的地区
// params: document (string), rows (list)
// returns: -
MATCH (d:Document {id: $document})
UNWIND $rows AS row
MATCH (g:Region {id: row.region})
MERGE (d)-[r:APPLIES_TO]->(g)
SET r = row.properties
