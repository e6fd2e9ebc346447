// 一份文件提到的单位、工具、地区和所引文件的 id
// params: document (string)
// returns: agencies, instruments, regions, cited
MATCH (d:Document {id: $document})
OPTIONAL MATCH (d)-[:CONTAINS]->(m:Measure)
WITH d, collect(m) AS measures
RETURN COLLECT { MATCH (a:Agency)-[:LEADS|SUPPORTS|IMPLEMENTS|ISSUED]->(x) WHERE x = d OR x IN measures RETURN DISTINCT a.id } AS agencies,
       COLLECT { UNWIND measures AS x MATCH (x)-[:USES]->(i:PolicyInstrument) RETURN DISTINCT i.id } AS instruments,
       COLLECT { UNWIND measures + [d] AS x MATCH (x)-[:APPLIES_TO]->(g:Region) RETURN DISTINCT g.id } AS regions,
       COLLECT { UNWIND measures + [d] AS x MATCH (x)-[:BASED_ON|CITES]->(c:Document) RETURN DISTINCT c.id } AS cited
