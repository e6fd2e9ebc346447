// 任务标题和正文的全文索引（中日韩二元切分）
// params: -
// returns: -
CREATE FULLTEXT INDEX measure_text IF NOT EXISTS FOR (n:Measure) ON EACH [n.title, n.text]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}
