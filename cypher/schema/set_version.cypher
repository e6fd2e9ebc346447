// 记下图的结构版本
// params: version (integer)
// returns: -
MERGE (s:GraphSchema {id: 'schema'})
SET s.version = $version
