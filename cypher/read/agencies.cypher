// 全部单位及其任务数，任务多的在前；没有任务的也列出
// params: documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: agency_id, agency, short_name, aliases, level, kind, collective, resolved, since, until, leads, supports, implements, measures, documents
MATCH (a:Agency)
OPTIONAL MATCH (a)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH a,
     count(DISTINCT CASE WHEN type(r) = 'LEADS' THEN m END) AS leads,
     count(DISTINCT CASE WHEN type(r) = 'SUPPORTS' THEN m END) AS supports,
     count(DISTINCT CASE WHEN type(r) = 'IMPLEMENTS' THEN m END) AS implements,
     count(DISTINCT m) AS measures, count(DISTINCT d) AS documents
RETURN a.id AS agency_id, a.name AS agency, a.short_name AS short_name, a.aliases AS aliases,
       a.level AS level, a.kind AS kind, a.collective AS collective,
       a.resolved AS resolved, a.since AS since, a.until AS until,
       leads, supports, implements, measures, documents
ORDER BY measures DESC, a.id
