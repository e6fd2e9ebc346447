// 撤回一份文件带来的沿革和成员关系；没有别的文件带来的就删去
// params: document (string)
// returns: agency
MATCH (a:Agency)-[r:SUCCEEDED_BY|MEMBER_OF]->(b:Agency)
WHERE $document IN r.documents
SET r.documents = [x IN r.documents WHERE x <> $document]
WITH a, b, r, size(r.documents) AS left
FOREACH (_ IN CASE WHEN left = 0 THEN [1] ELSE [] END | DELETE r)
WITH [a.id, b.id] AS ends
UNWIND ends AS agency
RETURN DISTINCT agency
ORDER BY agency
