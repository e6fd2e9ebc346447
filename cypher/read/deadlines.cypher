// 写明完成时限（含到某年的数量目标）的任务，早的在前；since、until 限定时限（年-月-日）
// params: since (string|null), until (string|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, deadline, dates, targets, leads, implements
MATCH (d:Document)-[:CONTAINS]->(m:Measure)
WHERE true
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH d, m, [t IN coalesce(m.targets, []) WHERE NOT t CONTAINS '"kind": "frequency"' AND t CONTAINS '"date": "' | left(split(t, '"date": "')[1], 10)]
         + CASE WHEN m.deadline IS NULL THEN [] ELSE [m.deadline] END AS found
UNWIND found AS due
WITH d, m, due
WHERE ($since IS NULL OR due >= $since) AND ($until IS NULL OR due <= $until)
WITH DISTINCT d, m, due
ORDER BY due
WITH d, m, collect(due) AS dates
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title, m.path AS path, m.order AS order,
       dates[0] AS deadline, dates, m.targets AS targets,
       COLLECT { MATCH (a:Agency)-[r:LEADS]->(m) RETURN a.name ORDER BY head(r.starts), a.id } AS leads,
       COLLECT { MATCH (a:Agency)-[r:IMPLEMENTS]->(m) RETURN a.name ORDER BY head(r.starts), a.id } AS implements
ORDER BY deadline, d.date, d.id, m.order
