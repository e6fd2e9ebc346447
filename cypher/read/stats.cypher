// 图中各类节点和边的个数；只被引用的文件另计（stub）
// params: -
// returns: name, count
UNWIND [
  {name: 'Document', count: COUNT { MATCH (n:Document) WHERE NOT coalesce(n.stub, false) }},
  {name: 'stub', count: COUNT { MATCH (n:Document) WHERE coalesce(n.stub, false) }},
  {name: 'Measure', count: COUNT { MATCH (:Measure) }},
  {name: 'Agency', count: COUNT { MATCH (:Agency) }},
  {name: 'PolicyInstrument', count: COUNT { MATCH (:PolicyInstrument) }},
  {name: 'Region', count: COUNT { MATCH (:Region) }},
  {name: 'Judgement', count: COUNT { MATCH (:Judgement) }},
  {name: 'LEADS', count: COUNT { MATCH ()-[:LEADS]->() }},
  {name: 'SUPPORTS', count: COUNT { MATCH ()-[:SUPPORTS]->() }},
  {name: 'IMPLEMENTS', count: COUNT { MATCH ()-[:IMPLEMENTS]->() }},
  {name: 'CONTAINS', count: COUNT { MATCH ()-[:CONTAINS]->() }},
  {name: 'USES', count: COUNT { MATCH ()-[:USES]->() }},
  {name: 'APPLIES_TO', count: COUNT { MATCH ()-[:APPLIES_TO]->() }},
  {name: 'PART_OF', count: COUNT { MATCH ()-[:PART_OF]->() }},
  {name: 'SEATED_IN', count: COUNT { MATCH ()-[:SEATED_IN]->() }},
  {name: 'ISSUED', count: COUNT { MATCH ()-[:ISSUED]->() }},
  {name: 'BASED_ON', count: COUNT { MATCH ()-[:BASED_ON]->() }},
  {name: 'CITES', count: COUNT { MATCH ()-[:CITES]->() }},
  {name: 'SUCCEEDED_BY', count: COUNT { MATCH ()-[:SUCCEEDED_BY]->() }},
  {name: 'MEMBER_OF', count: COUNT { MATCH ()-[:MEMBER_OF]->() }}
] AS row
RETURN row.name AS name, row.count AS count
ORDER BY name
