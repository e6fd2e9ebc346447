// 删去再没有任何文件提到的单位；沿革和统称还连着的不是孤点
// params: ids (list)
// returns: regions, removed
MATCH (a:Agency)
WHERE a.id IN $ids AND NOT EXISTS { (a)-[:LEADS|SUPPORTS|IMPLEMENTS|ISSUED|SUCCEEDED_BY|MEMBER_OF]-() }
OPTIONAL MATCH (a)-[:SEATED_IN]->(g:Region)
WITH a, collect(g.id) AS seats
DETACH DELETE a
WITH collect(seats) AS lists, count(*) AS removed
RETURN reduce(all = [], x IN lists | all + x) AS regions, removed
