// 在两份以上文件中承担任务的单位
// params: documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: agency_id, agency, documents, measures, duties
MATCH (a:Agency)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH a, d, type(r) AS role, m
ORDER BY m.order
WITH a, d, role, collect(m.number) AS numbers, collect(m.id) AS ids
ORDER BY d.date, d.id, role
WITH a, count(DISTINCT d) AS documents, collect(ids) AS lists,
     collect({document_id: d.id, document: d.title, doc_number: d.doc_number, status: d.status, date: d.date,
              role: role, measures: size(ids), numbers: numbers}) AS duties
WHERE documents > 1
UNWIND lists AS ids
UNWIND ids AS id
WITH a, documents, duties, count(DISTINCT id) AS measures
RETURN a.id AS agency_id, a.name AS agency, documents, measures, duties
ORDER BY documents DESC, measures DESC, agency_id
