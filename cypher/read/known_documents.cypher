// 有哪些已载入的文件可选，不计任务和单位数
// params: documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, date, status, edition
MATCH (d:Document)
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.date AS date, d.status AS status,
       d.edition AS edition
ORDER BY d.date, d.id
