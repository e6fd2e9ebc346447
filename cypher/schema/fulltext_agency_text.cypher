// 单位名称、简称和别名的全文索引（中日韩二元切分）
// params: -
// returns: -
CREATE FULLTEXT INDEX agency_text IF NOT EXISTS FOR (n:Agency) ON EACH [n.name, n.short_name, n.aliases]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}
