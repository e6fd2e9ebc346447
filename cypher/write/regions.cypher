// 写入地区
// params: rows (list)
// returns: -
UNWIND $rows AS row
MERGE (g:Region {id: row.id})
SET g += row.properties
