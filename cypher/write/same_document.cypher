// 已载入的同一文件：同 id 或同文号
// params: document (string), doc_number (string|null)
// returns: id, doc_number, title, attached_title, edition
MATCH (d:Document)
WHERE NOT coalesce(d.stub, false) AND (d.id = $document OR d.doc_number = $doc_number)
RETURN d.id AS id, d.doc_number AS doc_number, d.title AS title, d.attached_title AS attached_title, d.edition AS edition
ORDER BY id
