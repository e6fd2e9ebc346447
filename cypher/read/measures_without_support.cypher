// 有牵头单位但没有配合单位的任务
// params: document (string|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, leads, implements
MATCH (d:Document)-[:CONTAINS]->(m:Measure)
WHERE EXISTS { (:Agency)-[:LEADS]->(m) } AND NOT EXISTS { (:Agency)-[:SUPPORTS]->(m) }
  AND ($document IS NULL OR $document IN [d.id, d.doc_number, d.title, d.attached_title])
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title, m.path AS path, m.order AS order,
       COLLECT { MATCH (a:Agency)-[r:LEADS]->(m) RETURN a.name ORDER BY head(r.starts), a.id } AS leads,
       COLLECT { MATCH (a:Agency)-[r:IMPLEMENTS]->(m) RETURN a.name ORDER BY head(r.starts), a.id } AS implements
ORDER BY d.date, d.id, m.order
