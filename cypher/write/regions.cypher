// 写入地区；文件没有详情（known 为假）的不改已有的
// params: rows (list)
// returns: -
UNWIND $rows AS row
MERGE (g:Region {id: row.id})
  ON CREATE SET g += row.properties
SET g += CASE WHEN row.known THEN row.properties ELSE {} END
