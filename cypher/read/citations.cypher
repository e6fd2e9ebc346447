// 文件依据（BASED_ON）、引用（CITES）了哪些文件，一行一处；measure 是在哪一项任务里引用的
// params: document (string|null), source (string|null), target (string|null), edge (string|null), measure (string|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, edge, target_id, target, target_number, target_status, target_date, stub, mention, measure_id, number, title
MATCH (d:Document)
WHERE true
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
CALL (d) {
  MATCH (d)-[r:BASED_ON|CITES]->(t:Document) RETURN r, t, null AS m
  UNION
  MATCH (d)-[:CONTAINS]->(m:Measure)-[r:CITES]->(t:Document) RETURN r, t, m
}
WITH d, r, t, m
WHERE t <> d AND ($document IS NULL OR $document IN [d.id, d.doc_number, d.title, d.attached_title, t.id, t.doc_number, t.title, t.attached_title])
  AND ($source IS NULL OR d.id = $source) AND ($target IS NULL OR t.id = $target) AND ($edge IS NULL OR type(r) = $edge) AND ($measure IS NULL OR m.id = $measure)
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       type(r) AS edge, t.id AS target_id, t.title AS target, t.doc_number AS target_number, t.status AS target_status, t.date AS target_date,
       coalesce(t.stub, false) AS stub, r.mention AS mention, m.id AS measure_id, m.number AS number, m.title AS title
ORDER BY d.date, d.id, edge, target_id, m.order
