// 各单位承担的任务数，多的在前；给了角色就按该角色排
// params: role (role|null), limit (integer|null), documents (list|null), drafts (bool|null), samples (bool|null)
// returns: agency_id, agency, short_name, level, kind, collective, leads, supports, implements, measures, documents
MATCH (a:Agency)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
WITH a,
     count(DISTINCT CASE WHEN type(r) = 'LEADS' THEN m END) AS leads,
     count(DISTINCT CASE WHEN type(r) = 'SUPPORTS' THEN m END) AS supports,
     count(DISTINCT CASE WHEN type(r) = 'IMPLEMENTS' THEN m END) AS implements,
     count(DISTINCT m) AS measures, count(DISTINCT d) AS documents
WITH *, CASE $role WHEN 'LEADS' THEN leads WHEN 'SUPPORTS' THEN supports WHEN 'IMPLEMENTS' THEN implements ELSE measures END AS counted
WHERE counted > 0
RETURN a.id AS agency_id, a.name AS agency, a.short_name AS short_name, a.level AS level, a.kind AS kind,
       a.collective AS collective, leads, supports, implements, measures, documents
ORDER BY counted DESC, measures DESC, a.id
LIMIT coalesce($limit, 1000000000)
