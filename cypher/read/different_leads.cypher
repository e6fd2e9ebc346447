// 标题相同、在不同文件里牵头单位不同的任务
// params: documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: title, documents, places
MATCH (d:Document)-[:CONTAINS]->(m:Measure)
WHERE EXISTS { (:Agency)-[:LEADS]->(m) }
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH d, m, COLLECT { MATCH (a:Agency)-[:LEADS]->(m) RETURN a.name ORDER BY a.name } AS leads
ORDER BY d.date, d.id, m.order
WITH m.title AS title, count(DISTINCT d) AS documents, collect(DISTINCT leads) AS sets,
     collect({document_id: d.id, document: d.title, doc_number: d.doc_number, status: d.status, date: d.date, edition: d.edition, measure_id: m.id, number: m.number, leads: leads}) AS places
WHERE documents > 1 AND size(sets) > 1
RETURN title, documents, places
ORDER BY title
