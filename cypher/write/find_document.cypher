// 按 id、文号或标题找已载入的文件；rank 越小越确切
// params: document (string)
// returns: id, doc_number, title, attached_title, edition, rank
MATCH (d:Document)
WHERE NOT coalesce(d.stub, false) AND $document IN [d.id, d.doc_number, d.title, d.attached_title]
RETURN d.id AS id, d.doc_number AS doc_number, d.title AS title, d.attached_title AS attached_title, d.edition AS edition,
       CASE WHEN d.id = $document THEN 0 WHEN d.doc_number = $document THEN 1 ELSE 2 END AS rank
ORDER BY rank, id
