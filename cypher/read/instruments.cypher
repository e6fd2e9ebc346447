// 政策工具及用到它的任务数
// params: documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: instrument_id, instrument, type, measures, documents, measure_ids
MATCH (i:PolicyInstrument)<-[:USES]-(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH i, d, m
ORDER BY d.date, d.id, m.order
WITH i, count(DISTINCT d) AS documents, collect(DISTINCT m.id) AS measure_ids
RETURN i.id AS instrument_id, i.name AS instrument, i.type AS type, size(measure_ids) AS measures, documents, measure_ids
ORDER BY measures DESC, instrument_id
