// 每条引用指向哪份已载入的文件：先看文号，再看标题
// params: refs (list)
// returns: position, target
UNWIND range(0, size($refs) - 1) AS position
WITH position, $refs[position] AS ref
OPTIONAL MATCH (n:Document)
WHERE n.doc_number = ref.doc_number AND NOT coalesce(n.stub, false)
WITH position, ref, min(n.id) AS numbered
OPTIONAL MATCH (t:Document)
WHERE numbered IS NULL AND ref.title IN [t.title, t.attached_title] AND NOT coalesce(t.stub, false)
  AND (ref.doc_number IS NULL OR t.doc_number IS NULL)
WITH position, numbered, min(t.id) AS titled
RETURN position, coalesce(numbered, titled) AS target
ORDER BY position
