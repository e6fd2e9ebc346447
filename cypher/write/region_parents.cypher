// 写入地区的隶属
// params: rows (list)
// returns: -
UNWIND $rows AS row
MATCH (g:Region {id: row.id})
MATCH (p:Region {id: row.parent})
OPTIONAL MATCH (g)-[old:PART_OF]->(other:Region)
WHERE other <> p
DELETE old
MERGE (g)-[:PART_OF]->(p)
