// 地区及适用于它的任务数
// params: documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: region_id, region, code, kind, level, parent, measures, documents, measure_ids, mentions
MATCH (g:Region)<-[r:APPLIES_TO]-(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH g, d, m, r
ORDER BY d.date, d.id, m.order
WITH g, count(DISTINCT d) AS documents, collect(DISTINCT m.id) AS measure_ids, collect(r.mentions) AS printed
RETURN g.id AS region_id, g.name AS region, g.code AS code, g.kind AS kind, g.level AS level,
       head(COLLECT { MATCH (g)-[:PART_OF]->(p:Region) RETURN p.name ORDER BY p.id }) AS parent,
       size(measure_ids) AS measures, documents, measure_ids,
       reduce(found = [], one IN printed | found + [x IN coalesce(one, []) WHERE NOT x IN found]) AS mentions
ORDER BY measures DESC, region_id
