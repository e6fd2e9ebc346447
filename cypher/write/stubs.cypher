// 只被引用的文件：标题取自引用它的地方，不再被引用的删去
// params: ids (list)
// returns: -
MATCH (s:Document)
WHERE s.id IN $ids AND s.stub
OPTIONAL MATCH ()-[r:BASED_ON|CITES]->(s)
WITH s, count(r) AS uses, min(r.title) AS title
SET s.title = coalesce(title, s.doc_number)
FOREACH (_ IN CASE WHEN uses = 0 THEN [1] ELSE [] END | DELETE s)
