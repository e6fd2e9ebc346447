// 写入任务适用的地区
// params: rows (list)
// returns: -
UNWIND $rows AS row
MATCH (m:Measure {id: row.measure})
MATCH (g:Region {id: row.region})
MERGE (m)-[r:APPLIES_TO]->(g)
SET r = row.properties
