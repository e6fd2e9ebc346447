// 写入责任：一个单位在一项任务中的一种角色一条边
// params: rows (list)
// returns: -
UNWIND $rows AS row
MATCH (a:Agency {id: row.agency})
MATCH (m:Measure {id: row.measure})
FOREACH (_ IN CASE row.role WHEN 'LEADS' THEN [1] ELSE [] END | MERGE (a)-[r:LEADS]->(m) SET r = row.properties)
FOREACH (_ IN CASE row.role WHEN 'SUPPORTS' THEN [1] ELSE [] END | MERGE (a)-[r:SUPPORTS]->(m) SET r = row.properties)
FOREACH (_ IN CASE row.role WHEN 'IMPLEMENTS' THEN [1] ELSE [] END | MERGE (a)-[r:IMPLEMENTS]->(m) SET r = row.properties)
