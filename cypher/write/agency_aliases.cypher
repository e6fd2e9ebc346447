// 单位的别名：各文件所用别名的并集；只在沿革或统称里出现的单位保留原有的
// params: ids (list)
// returns: -
MATCH (a:Agency)
WHERE a.id IN $ids AND EXISTS { (a)-[:LEADS|SUPPORTS|IMPLEMENTS|ISSUED]->() }
SET a.aliases = COLLECT {
  MATCH (a)-[r:LEADS|SUPPORTS|IMPLEMENTS|ISSUED]->()
  UNWIND r.aliases AS alias
  WITH DISTINCT alias
  RETURN alias ORDER BY size(alias), alias
}
