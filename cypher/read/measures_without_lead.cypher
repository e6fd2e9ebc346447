// 没有牵头单位的任务（包括没有任何责任单位的）
// params: documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, supports, implements
MATCH (d:Document)-[:CONTAINS]->(m:Measure)
WHERE NOT EXISTS { (:Agency)-[:LEADS]->(m) }
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title, m.path AS path, m.order AS order,
       COLLECT { MATCH (a:Agency)-[r:SUPPORTS]->(m) RETURN a.name ORDER BY head(r.starts), a.id } AS supports,
       COLLECT { MATCH (a:Agency)-[r:IMPLEMENTS]->(m) RETURN a.name ORDER BY head(r.starts), a.id } AS implements
ORDER BY d.date, d.id, m.order
