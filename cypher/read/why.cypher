// 一个单位为什么承担一项任务：每条责任的原文、规则、约定出处、单位登记情况
// params: agency (string), measure (string), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, role, role_text, agency, agency_id, collective, basis, rule, open_list, quotes, mentions, starts, ends, pages, bases, rules, declared_starts, declared_ends, checked, short_name, aliases, level, kind, resolved, since, until, members, successions
MATCH (a:Agency)
WHERE a.id = $agency OR a.name = $agency
MATCH (a)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE $measure IN [m.id, m.number, m.title, m.number + m.title]
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title,
       type(r) AS role, r.role_text AS role_text, a.name AS agency, a.id AS agency_id, a.collective AS collective,
       r.basis AS basis, r.rule AS rule, r.open_list AS open_list, r.quotes AS quotes,
       r.mentions AS mentions, r.starts AS starts, r.ends AS ends, [p IN r.pages | CASE WHEN p < 0 THEN null ELSE p END] AS pages,
       r.bases AS bases, r.rules AS rules,
       r.declared_starts AS declared_starts, r.declared_ends AS declared_ends,
       m.checked AS checked,
       a.short_name AS short_name, a.aliases AS aliases, a.level AS level, a.kind AS kind, a.resolved AS resolved, a.since AS since, a.until AS until,
       COLLECT { MATCH (b:Agency)-[:MEMBER_OF]->(a) RETURN b.name ORDER BY b.id LIMIT 50 } AS members,
       COLLECT { MATCH (a)-[s:SUCCEEDED_BY]-(:Agency)
                 RETURN {predecessor: startNode(s).name, successor: endNode(s).name, date: s.date, kind: s.kind, source: s.source} ORDER BY s.date, startNode(s).id, endNode(s).id } AS successions
ORDER BY d.date, d.id, m.order, CASE type(r) WHEN 'LEADS' THEN 0 WHEN 'IMPLEMENTS' THEN 1 ELSE 2 END
