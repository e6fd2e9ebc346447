// 谁在哪份文件里承担哪些任务，一行一个单位和一份文件，供画图和找路径：links 的每一项是分工、空格、任务；给了 units 则只取这些单位承担的任务，连同这些任务的其他单位
// params: units (list|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, agency_id, agency, short_name, level, kind, collective, links
MATCH (a:Agency)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE NOT coalesce(d.stub, false)
  AND ($units IS NULL OR a.id IN $units OR EXISTS { MATCH (m)<-[:LEADS|SUPPORTS|IMPLEMENTS]-(x:Agency) WHERE x.id IN $units })
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH d, a, collect(type(r) + ' ' + m.id) AS links
RETURN d.id AS document_id, a.id AS agency_id, a.name AS agency, a.short_name AS short_name, a.level AS level, a.kind AS kind,
       a.collective AS collective, links
ORDER BY d.date, d.id, a.id
