// 写入引用；没有载入的文件记作只被引用（stub）
// params: rows (list)
// returns: -
UNWIND $rows AS row
MATCH (s:Document|Measure {id: row.source})
WHERE row.label IN labels(s)
MERGE (t:Document {id: row.target})
  ON CREATE SET t.stub = true, t.doc_number = row.properties.doc_number
FOREACH (_ IN CASE row.type WHEN 'BASED_ON' THEN [1] ELSE [] END | CREATE (s)-[r:BASED_ON]->(t) SET r = row.properties)
FOREACH (_ IN CASE row.type WHEN 'CITES' THEN [1] ELSE [] END | CREATE (s)-[r:CITES]->(t) SET r = row.properties)
