// 逐级依据（BASED_ON，四级以内）：一份文件的上位文件（up 为真），或依据它的下级文件；只被引用、没有载入的文件 stub 为真
// params: document (string), up (bool|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: depth, document_id, document, doc_number, status, date, edition, stub, source_id, source, mention, target_id, target
MATCH (start:Document)
WHERE $document IN [start.id, start.doc_number, start.title, start.attached_title]
CALL (start) {
  MATCH way = (start)-[:BASED_ON*1..4]->(found:Document) WHERE coalesce($up, false) AND found <> start
  RETURN found, length(way) AS depth, last(relationships(way)) AS r
  UNION
  MATCH way = (start)<-[:BASED_ON*1..4]-(found:Document) WHERE NOT coalesce($up, false) AND found <> start
  RETURN found, length(way) AS depth, last(relationships(way)) AS r
}
WITH found, r, min(depth) AS depth, CASE WHEN coalesce($up, false) THEN startNode(r) ELSE found END AS d
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH found, r, depth, startNode(r) AS s, endNode(r) AS t
RETURN depth, found.id AS document_id, found.title AS document, found.doc_number AS doc_number, found.status AS status, found.date AS date, found.edition AS edition,
       coalesce(found.stub, false) AS stub, s.id AS source_id, s.title AS source, r.mention AS mention, t.id AS target_id, t.title AS target
ORDER BY depth, found.date, document_id, source_id, target_id
