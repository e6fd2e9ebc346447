// 一次只有一个写入者：锁住版本节点直到事务结束，内容不变
// params: version (integer)
// returns: version
MERGE (s:GraphSchema {id: 'schema'})
  ON CREATE SET s.version = $version
SET s.lock = true
REMOVE s.lock
RETURN s.version AS version
