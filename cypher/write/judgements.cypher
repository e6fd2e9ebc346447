// 写入人工认定；同一条认定以最后的状态为准
// params: rows (list)
// returns: -
UNWIND $rows AS row
MERGE (j:Judgement {id: row.id})
SET j = row
