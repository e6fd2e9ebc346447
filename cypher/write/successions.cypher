// 写入单位沿革
// params: document (string), rows (list)
// returns: -
UNWIND $rows AS row
MATCH (a:Agency {id: row.predecessor})
MATCH (b:Agency {id: row.successor})
MERGE (a)-[r:SUCCEEDED_BY]->(b)
SET r += row.properties,
    r.documents = [x IN coalesce(r.documents, []) WHERE x < $document] + [$document] + [x IN coalesce(r.documents, []) WHERE x > $document]
