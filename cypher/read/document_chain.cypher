// 一份文件依据、引用了哪些文件，又被哪些文件依据、引用（各四层以内；只被引用的文件 stub 为真）
// params: document (string)
// returns: source_id, source, edge, target_id, target, doc_number, status, date, stub, mention, measure
MATCH (start:Document)
WHERE $document IN [start.id, start.doc_number, start.title, start.attached_title]
CALL (start) {
  MATCH (start)-[:CONTAINS|BASED_ON|CITES*0..4]->(s:Document|Measure)-[r:BASED_ON|CITES]->(t:Document)
  RETURN DISTINCT s, r, t
  UNION
  MATCH (start)<-[:CONTAINS|BASED_ON|CITES*0..4]-(t:Document)<-[r:BASED_ON|CITES]-(s:Document|Measure)
  RETURN DISTINCT s, r, t
}
WITH DISTINCT s, r, t
OPTIONAL MATCH (home:Document)-[:CONTAINS]->(s)
WITH coalesce(home, s) AS source, r, t, CASE WHEN s:Measure THEN s.number END AS measure
WHERE source <> t
RETURN source.id AS source_id, source.title AS source, type(r) AS edge, t.id AS target_id, t.title AS target,
       t.doc_number AS doc_number, t.status AS status, t.date AS date, coalesce(t.stub, false) AS stub, r.mention AS mention, measure
ORDER BY source_id, edge, target_id, measure, mention
