// 写入发文单位
// params: document (string), rows (list)
// returns: -
MATCH (d:Document {id: $document})
UNWIND $rows AS row
MATCH (a:Agency {id: row.agency})
MERGE (a)-[r:ISSUED]->(d)
SET r = row.properties
