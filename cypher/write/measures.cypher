// 写入任务
// params: document (string), rows (list)
// returns: -
MATCH (d:Document {id: $document})
UNWIND $rows AS row
MERGE (m:Measure {id: row.id})
SET m = row.properties
MERGE (d)-[c:CONTAINS]->(m)
SET c.order = row.properties.order
