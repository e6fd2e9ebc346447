// 哪两个单位共同承担的任务最多
// params: agency (string|null), limit (integer|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: a_id, a, b_id, b, measures
MATCH (x:Agency)-[:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:LEADS|SUPPORTS|IMPLEMENTS]-(y:Agency), (d:Document)-[:CONTAINS]->(m)
WHERE x.id < y.id AND ($agency IS NULL OR $agency IN [x.id, x.name, y.id, y.name])
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH x, y, count(DISTINCT m) AS measures
RETURN x.id AS a_id, x.name AS a, y.id AS b_id, y.name AS b, measures
ORDER BY measures DESC, a_id, b_id
LIMIT coalesce($limit, 1000000000)
