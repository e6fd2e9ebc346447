// 单位在每份文件里的任务数，一行一个单位和一份文件
// params: agency (string|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, agency_id, agency, leads, supports, implements, lead_share, measures
MATCH (a:Agency)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE ($agency IS NULL OR a.id = $agency OR a.name = $agency)
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH d, a,
     count(DISTINCT CASE WHEN type(r) = 'LEADS' THEN m END) AS leads,
     count(DISTINCT CASE WHEN type(r) = 'SUPPORTS' THEN m END) AS supports,
     count(DISTINCT CASE WHEN type(r) = 'IMPLEMENTS' THEN m END) AS implements,
     sum(CASE WHEN type(r) = 'LEADS' THEN 1.0 / COUNT { (:Agency)-[:LEADS]->(m) } ELSE 0 END) AS lead_share,
     count(DISTINCT m) AS measures
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       a.id AS agency_id, a.name AS agency, leads, supports, implements, round(lead_share, 2) AS lead_share, measures
ORDER BY d.date, d.id, measures DESC, a.id
