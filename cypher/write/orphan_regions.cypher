// 删去再没有单位、任务或文件用到的地区，连同用不到的上级
// params: ids (list)
// returns: removed
MATCH (start:Region)-[:PART_OF*0..]->(g:Region)
WHERE start.id IN $ids
WITH DISTINCT g
WHERE NOT EXISTS { (g)<-[:PART_OF*0..]-(:Region)<-[:SEATED_IN|APPLIES_TO]-() }
WITH collect(g) AS gone
FOREACH (g IN gone | DETACH DELETE g)
RETURN size(gone) AS removed
