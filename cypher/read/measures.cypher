// 任务清单；可只要标题或正文写到某些字的、适用于某地区（含其下属地区）的、用到某政策工具的
// params: search (string|null), region (string|null), instrument (string|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, text, deadline, targets, agencies
MATCH (d:Document)-[:CONTAINS]->(m:Measure)
WHERE true
  AND ($search IS NULL OR toLower(m.title) CONTAINS toLower($search) OR toLower(m.text) CONTAINS toLower($search))
  AND ($region IS NULL OR EXISTS { MATCH (m)-[:APPLIES_TO]->(g:Region)-[:PART_OF*0..3]->(h:Region) WHERE $region IN [h.id, h.name] })
  AND ($instrument IS NULL OR EXISTS { MATCH (m)-[:USES]->(i:PolicyInstrument) WHERE $instrument IN [i.id, i.name] })
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title, m.path AS path, m.order AS order,
       m.text AS text, m.deadline AS deadline, m.targets AS targets,
       COUNT { MATCH (a:Agency)-[:LEADS|SUPPORTS|IMPLEMENTS]->(m) RETURN DISTINCT a } AS agencies
ORDER BY d.date, d.id, m.order
