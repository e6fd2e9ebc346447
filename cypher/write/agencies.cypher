// 写入单位；别名另由 agency_aliases 汇总
// params: rows (list)
// returns: -
UNWIND $rows AS row
MERGE (a:Agency {id: row.id})
  ON CREATE SET a.aliases = row.aliases
SET a += row.properties
