// 经人工核对的任务
// params: documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, measure_id
MATCH (d:Document)-[:CONTAINS]->(m:Measure {checked: true})
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
RETURN d.id AS document_id, m.id AS measure_id
ORDER BY d.date, d.id, m.order
