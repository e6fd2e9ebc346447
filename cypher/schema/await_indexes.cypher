// 等待索引建成（最多 60 秒）
// params: -
// returns: -
CALL db.awaitIndexes(60)
