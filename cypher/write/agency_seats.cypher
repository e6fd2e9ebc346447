// 写入单位所在地区
// params: rows (list)
// returns: -
UNWIND $rows AS row
MATCH (a:Agency {id: row.id})
MATCH (g:Region {id: row.region})
OPTIONAL MATCH (a)-[old:SEATED_IN]->(other:Region)
WHERE other <> g
DELETE old
MERGE (a)-[:SEATED_IN]->(g)
