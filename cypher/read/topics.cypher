// 名称里有这些字的政策工具和地区，任务多的在前
// params: text (string|null), limit (integer|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: label, id, name, kind, measures
MATCH (x:PolicyInstrument|Region)
WHERE $text IS NULL OR toLower(x.name) CONTAINS toLower($text)
WITH x, COUNT { MATCH (x)<-[:USES|APPLIES_TO]-(:Measure)<-[:CONTAINS]-(d:Document)
  WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date())) } AS measures
WHERE measures > 0
RETURN head(labels(x)) AS label, x.id AS id, x.name AS name, coalesce(x.type, x.kind) AS kind, measures
ORDER BY measures DESC, id
LIMIT coalesce($limit, 1000000000)
