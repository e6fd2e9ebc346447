// 任务清单；可只要标题或正文写到某些字的、适用于某地区（含其下属地区）的、适用于名称带某几个字的地区的、用到某政策工具的
// params: search (string|null), also (list|null), region (string|null), place (string|null), instrument (string|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, text, deadline, targets, agencies
MATCH (d:Document)-[:CONTAINS]->(m:Measure)
WHERE true
  AND ($search IS NULL OR any(word IN [$search] + coalesce($also, []) WHERE toLower(m.title) CONTAINS toLower(word) OR toLower(m.text) CONTAINS toLower(word)))
  AND ($region IS NULL OR EXISTS { MATCH (m)-[:APPLIES_TO]->(g:Region)-[:PART_OF*0..3]->(h:Region) WHERE $region IN [h.id, h.name] })
  AND ($place IS NULL OR EXISTS { MATCH (m)-[:APPLIES_TO]->(g:Region)-[:PART_OF*0..3]->(h:Region)
                                   WHERE h.name CONTAINS $place AND NOT h.name CONTAINS '非' + $place })
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
