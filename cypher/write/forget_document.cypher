// 删去文件节点
// params: document (string)
// returns: -
MATCH (d:Document {id: $document})
DETACH DELETE d
