// 各项任务的单位数，多的在前；给了角色则只数该角色的单位
// params: role (role|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, count, units
MATCH (a:Agency)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE ($role IS NULL OR type(r) = $role)
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH d, m, a, min(head(r.starts)) AS start
ORDER BY start, a.id
WITH d, m, collect(a.name) AS units
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title, m.path AS path, m.order AS order,
       size(units) AS count, units
ORDER BY count DESC, d.date, d.id, m.order
