// 任务清单，可按标题、正文里的字找
// params: search (string|null), documents (list|null), drafts (bool|null), samples (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, text, deadline, targets, agencies
MATCH (d:Document)-[:CONTAINS]->(m:Measure)
WHERE ($search IS NULL OR toLower(m.title) CONTAINS toLower($search) OR toLower(m.text) CONTAINS toLower($search))
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title, m.path AS path, m.order AS order,
       m.text AS text, m.deadline AS deadline, m.targets AS targets,
       COUNT { MATCH (a:Agency)-[:LEADS|SUPPORTS|IMPLEMENTS]->(m) RETURN DISTINCT a } AS agencies
ORDER BY d.date, d.id, m.order
