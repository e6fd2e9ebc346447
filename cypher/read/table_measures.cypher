// 分工表用：范围内的任务及其责任，一行一项任务，责任按印出的先后
// params: documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, text, start, end, deadline, targets, checked, duties
MATCH (d:Document)-[:CONTAINS]->(m:Measure)
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
OPTIONAL MATCH (a:Agency)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m)
WITH d, m, a, r
ORDER BY CASE type(r) WHEN 'LEADS' THEN 0 WHEN 'IMPLEMENTS' THEN 1 ELSE 2 END, head(r.starts), a.id
WITH d, m, collect(CASE WHEN a IS NULL THEN null ELSE {
       agency_id: a.id, agency: a.name, level: a.level, kind: a.kind, resolved: a.resolved, collective: a.collective,
       role: type(r), role_text: r.role_text, rule: r.rule, basis: r.basis, open_list: r.open_list,
       bases: r.bases, rules: r.rules, mentions: r.mentions, starts: r.starts, ends: r.ends, quotes: r.quotes,
       pages: [p IN r.pages | CASE WHEN p < 0 THEN null ELSE p END],
       declared_starts: r.declared_starts, declared_ends: r.declared_ends} END) AS duties
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title, m.path AS path, m.order AS order,
       m.text AS text, m.start AS start, m.end AS end, m.deadline AS deadline, m.targets AS targets, m.checked AS checked, duties
ORDER BY d.date, d.id, m.order
