// 写入单位；文件没有详情（known 为假）的不改已有的；别名另由 agency_aliases 汇总
// params: rows (list)
// returns: -
UNWIND $rows AS row
MERGE (a:Agency {id: row.id})
  ON CREATE SET a += row.properties, a.aliases = row.aliases
SET a += CASE WHEN row.known THEN row.properties ELSE {} END
