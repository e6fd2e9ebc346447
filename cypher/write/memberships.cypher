// 写入统称的成员
// params: document (string), rows (list)
// returns: -
UNWIND $rows AS row
MATCH (a:Agency {id: row.member})
MATCH (b:Agency {id: row.collective})
MERGE (a)-[r:MEMBER_OF]->(b)
SET r += row.properties,
    r.documents = [x IN coalesce(r.documents, []) WHERE x < $document] + [$document] + [x IN coalesce(r.documents, []) WHERE x > $document]
