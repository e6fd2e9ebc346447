// 删去一份文件的任务和任务的边
// params: document (string)
// returns: -
MATCH (d:Document {id: $document})-[:CONTAINS]->(m:Measure)
DETACH DELETE m
