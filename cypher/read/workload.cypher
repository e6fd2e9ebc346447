// 各单位承担的任务数，多的在前；给了角色就按该角色排；lead_share 把并列牵头的任务平分（三家牵头各记三分之一）；可限文件日期、地区、政策工具
// params: role (role|null), region (string|null), instrument (string|null), since (string|null), until (string|null), limit (integer|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: agency_id, agency, short_name, level, kind, collective, leads, supports, implements, lead_share, measures, documents
MATCH (a:Agency)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE ($since IS NULL OR d.date >= $since) AND ($until IS NULL OR d.date <= $until)
  AND ($region IS NULL OR EXISTS { MATCH (m)-[:APPLIES_TO]->(g:Region)-[:PART_OF*0..3]->(h:Region) WHERE $region IN [h.id, h.name] })
  AND ($instrument IS NULL OR EXISTS { MATCH (m)-[:USES]->(i:PolicyInstrument) WHERE $instrument IN [i.id, i.name] })
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH a,
     count(DISTINCT CASE WHEN type(r) = 'LEADS' THEN m END) AS leads,
     count(DISTINCT CASE WHEN type(r) = 'SUPPORTS' THEN m END) AS supports,
     count(DISTINCT CASE WHEN type(r) = 'IMPLEMENTS' THEN m END) AS implements,
     sum(CASE WHEN type(r) = 'LEADS' THEN 1.0 / COUNT { (:Agency)-[:LEADS]->(m) } ELSE 0 END) AS lead_share,
     count(DISTINCT m) AS measures, count(DISTINCT d) AS documents
WITH *, CASE $role WHEN 'LEADS' THEN leads WHEN 'SUPPORTS' THEN supports WHEN 'IMPLEMENTS' THEN implements ELSE measures END AS counted
WHERE counted > 0
RETURN a.id AS agency_id, a.name AS agency, a.short_name AS short_name, a.level AS level, a.kind AS kind,
       a.collective AS collective, leads, supports, implements, round(lead_share, 2) AS lead_share, measures, documents
ORDER BY counted DESC, measures DESC, a.id
LIMIT coalesce($limit, 1000000000)
