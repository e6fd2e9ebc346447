// 松开可能改指的引用：指向这些文件的，或按这些文号、标题引用的
// params: ids (list), numbers (list), titles (list)
// returns: source, label, type, properties, target
MATCH (s)-[r:BASED_ON|CITES]->(t:Document)
WHERE t.id IN $ids OR r.doc_number IN $numbers OR r.title IN $titles
WITH s, r, t, type(r) AS type, properties(r) AS properties
DELETE r
RETURN s.id AS source, CASE WHEN s:Measure THEN 'Measure' ELSE 'Document' END AS label, type, properties, t.id AS target
ORDER BY source, label, type, target, properties.doc_number, properties.title
