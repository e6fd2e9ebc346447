// 一个单位与哪些单位共同承担任务
// params: agency (string), documents (list|null), drafts (bool|null), samples (bool|null)
// returns: agency_id, agency, measures, led_by_self, led_by_partner
MATCH (a:Agency)-[own:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[other:LEADS|SUPPORTS|IMPLEMENTS]-(b:Agency), (d:Document)-[:CONTAINS]->(m)
WHERE (a.id = $agency OR a.name = $agency) AND a <> b
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
RETURN b.id AS agency_id, b.name AS agency, count(DISTINCT m) AS measures,
       count(DISTINCT CASE WHEN type(own) = 'LEADS' THEN m END) AS led_by_self,
       count(DISTINCT CASE WHEN type(other) = 'LEADS' THEN m END) AS led_by_partner
ORDER BY measures DESC, agency_id
