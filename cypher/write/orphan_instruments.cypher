// 删去再没有任务使用的政策工具
// params: ids (list)
// returns: removed
MATCH (i:PolicyInstrument)
WHERE i.id IN $ids AND NOT EXISTS { (:Measure)-[:USES]->(i) }
DETACH DELETE i
RETURN count(*) AS removed
