// 一个单位的情况
// params: agency (string), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: agency_id, agency, short_name, aliases, level, kind, collective, resolved, since, until, region, leads, supports, implements, measures, documents, predecessors, successors, members, member_of
MATCH (a:Agency)
WHERE a.id = $agency OR a.name = $agency
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
       head(COLLECT { MATCH (a)-[:SEATED_IN]->(g:Region) RETURN g.name ORDER BY g.id }) AS region,
       leads, supports, implements, measures, documents,
       COLLECT { MATCH (b:Agency)-[:SUCCEEDED_BY]->(a) RETURN b.name ORDER BY b.id } AS predecessors,
       COLLECT { MATCH (a)-[:SUCCEEDED_BY]->(b:Agency) RETURN b.name ORDER BY b.id } AS successors,
       COLLECT { MATCH (b:Agency)-[:MEMBER_OF]->(a) RETURN b.name ORDER BY b.id } AS members,
       COLLECT { MATCH (a)-[:MEMBER_OF]->(b:Agency) RETURN b.name ORDER BY b.id } AS member_of
ORDER BY agency_id
