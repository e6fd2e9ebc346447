// 一份文件各处写到的政策工具和地区，一行一处来源任务
// params: document (string), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: measure_id, kind, id, name, type, starts, ends
MATCH (d:Document)-[:CONTAINS]->(m:Measure)-[r:USES|APPLIES_TO]->(x:PolicyInstrument|Region)
WHERE $document IN [d.id, d.doc_number, d.title, d.attached_title]
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
RETURN m.id AS measure_id, CASE WHEN x:Region THEN 'region' ELSE 'instrument' END AS kind, x.id AS id, x.name AS name,
       coalesce(x.type, x.kind) AS type, r.starts AS starts, r.ends AS ends
ORDER BY measure_id, kind, id
