// 全文查找单位、任务和文件，最相近的在前（每类至多 50 条）
// params: text (fulltext), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: label, id, name, score, document_id, document, doc_number, status, date, edition
CALL () {
  CALL db.index.fulltext.queryNodes('agency_text', $text) YIELD node, score
  RETURN 'Agency' AS label, node.id AS id, node.name AS name, score, null AS d
  ORDER BY score DESC, id LIMIT 50
  UNION ALL
  CALL db.index.fulltext.queryNodes('measure_text', $text) YIELD node, score
  MATCH (d:Document)-[:CONTAINS]->(node)
  WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
  RETURN 'Measure' AS label, node.id AS id, node.number + node.title AS name, score, d
  ORDER BY score DESC, id LIMIT 50
  UNION ALL
  CALL db.index.fulltext.queryNodes('document_text', $text) YIELD node AS d, score
  WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
  RETURN 'Document' AS label, d.id AS id, d.title AS name, score, d
  ORDER BY score DESC, id LIMIT 50
}
RETURN label, id, name, score,
       d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition
ORDER BY score DESC, label, id
