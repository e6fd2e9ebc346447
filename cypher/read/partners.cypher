// 一个单位与哪些单位共同承担任务；role、partner_role 限定双方的角色
// params: agency (string), role (role|null), partner_role (role|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: agency_id, agency, measures, led_by_self, led_by_partner
MATCH (a:Agency)-[own:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[other:LEADS|SUPPORTS|IMPLEMENTS]-(b:Agency), (d:Document)-[:CONTAINS]->(m)
WHERE (a.id = $agency OR a.name = $agency) AND a <> b
  AND ($role IS NULL OR type(own) = $role)
  AND ($partner_role IS NULL OR type(other) = $partner_role)
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
RETURN b.id AS agency_id, b.name AS agency, count(DISTINCT m) AS measures,
       count(DISTINCT CASE WHEN type(own) = 'LEADS' THEN m END) AS led_by_self,
       count(DISTINCT CASE WHEN type(other) = 'LEADS' THEN m END) AS led_by_partner
ORDER BY measures DESC, agency_id
