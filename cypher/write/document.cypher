// 写入文件节点；只被引用的同 id 节点由此成为真文件
// params: id (string), properties (map)
// returns: -
MERGE (d:Document {id: $id})
SET d = $properties
