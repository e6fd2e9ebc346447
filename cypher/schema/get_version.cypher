// 图的结构版本
// params: -
// returns: version
MATCH (s:GraphSchema {id: 'schema'})
RETURN s.version AS version
