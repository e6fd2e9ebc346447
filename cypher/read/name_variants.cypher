// 同一单位在同一文件中的不同写法
// params: documents (list|null), drafts (bool|null), samples (bool|null)
// returns: document_id, document, doc_number, status, date, edition, agency_id, agency, forms
MATCH (a:Agency)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
UNWIND range(0, size(r.mentions) - 1) AS i
WITH d, a, m, r.mentions[i] AS form, min(r.starts[i]) AS at
ORDER BY m.order
WITH d, a, form, collect(m.number) AS numbers, min(at) AS first
ORDER BY first, form
WITH d, a, collect({form: form, measures: numbers}) AS forms
WHERE size(forms) > 1
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       a.id AS agency_id, a.name AS agency, forms
ORDER BY d.date, d.id, agency_id
