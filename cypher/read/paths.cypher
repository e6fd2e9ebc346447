// 两个单位之间经共同任务的最短路径：每一步（step）是两个单位共同承担的任务；最短的有几条时各为一条（route），至多 limit 条
// params: agency (string), partner (string), limit (integer|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: route, step, steps, via, document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, role, role_text, agency, agency_id, collective, basis, rule, open_list, quotes, mentions, starts, ends, pages
MATCH (x:Agency), (y:Agency)
WHERE (x.id = $agency OR x.name = $agency) AND (y.id = $partner OR y.name = $partner) AND x <> y
MATCH way = allShortestPaths((x)-[:LEADS|SUPPORTS|IMPLEMENTS*..12]-(y))
WHERE all(n IN nodes(way) WHERE n:Agency OR EXISTS {
  MATCH (d:Document)-[:CONTAINS]->(n)
  WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date())) })
WITH DISTINCT [n IN nodes(way) WHERE n:Agency] AS units
ORDER BY [unit IN units | unit.id]
LIMIT coalesce($limit, 5)
WITH collect(units) AS routes
UNWIND range(0, size(routes) - 1) AS n
WITH n + 1 AS route, routes[n] AS units
UNWIND range(1, size(units) - 1) AS step
WITH route, step, units, units[step - 1] AS one, units[step] AS other
MATCH (one)-[p:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[q:LEADS|SUPPORTS|IMPLEMENTS]-(other), (d:Document)-[:CONTAINS]->(m)
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
UNWIND [p, q] AS r
WITH DISTINCT route, step, units, d, m, r, startNode(r) AS a
RETURN route, step, size(units) - 1 AS steps, [unit IN units | unit.name] AS via,
       d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title, m.path AS path, m.order AS order,
       type(r) AS role, r.role_text AS role_text, a.name AS agency, a.id AS agency_id, a.collective AS collective,
       r.basis AS basis, r.rule AS rule, r.open_list AS open_list, r.quotes AS quotes,
       r.mentions AS mentions, r.starts AS starts, r.ends AS ends, [p IN r.pages | CASE WHEN p < 0 THEN null ELSE p END] AS pages
ORDER BY route, step, d.date, d.id, m.order, CASE type(r) WHEN 'LEADS' THEN 0 WHEN 'IMPLEMENTS' THEN 1 ELSE 2 END, head(r.starts), a.id
