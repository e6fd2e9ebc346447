// 写入政策工具及任务对它的使用
// params: rows (list)
// returns: -
UNWIND $rows AS row
MATCH (m:Measure {id: row.measure})
MERGE (i:PolicyInstrument {id: row.instrument.id})
SET i += row.instrument
MERGE (m)-[r:USES]->(i)
SET r = row.properties
