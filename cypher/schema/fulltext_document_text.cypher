// 文件标题和文号的全文索引（中日韩二元切分）
// params: -
// returns: -
CREATE FULLTEXT INDEX document_text IF NOT EXISTS FOR (n:Document) ON EACH [n.title, n.doc_number]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}
