// 一项任务：正文、责任单位、政策工具、地区、引用的文件，前一项和后一项
// params: measure (string), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, text, start, end, deadline, targets, checked, checked_by, checked_at, duties, instruments, regions, cites, before, after
MATCH (d:Document)-[:CONTAINS]->(m:Measure {id: $measure})
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title, m.path AS path, m.order AS order,
       m.text AS text, m.start AS start, m.end AS end, m.deadline AS deadline, m.targets AS targets,
       coalesce(m.checked, false) AS checked, m.checked_by AS checked_by, m.checked_at AS checked_at,
       COLLECT { MATCH (a:Agency)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m)
         RETURN {agency_id: a.id, agency: a.name, role: type(r), role_text: r.role_text, rule: r.rule, basis: r.basis,
                 open_list: r.open_list, collective: a.collective, mentions: r.mentions, starts: r.starts, ends: r.ends, quotes: r.quotes}
         ORDER BY CASE type(r) WHEN 'LEADS' THEN 0 WHEN 'IMPLEMENTS' THEN 1 ELSE 2 END, head(r.starts), a.id } AS duties,
       COLLECT { MATCH (m)-[r:USES]->(i:PolicyInstrument)
         RETURN {id: i.id, name: i.name, type: i.type, starts: r.starts, ends: r.ends} ORDER BY head(r.starts), i.id } AS instruments,
       COLLECT { MATCH (m)-[r:APPLIES_TO]->(g:Region)
         RETURN {id: g.id, name: g.name, kind: g.kind, starts: r.starts, ends: r.ends} ORDER BY head(r.starts), g.id } AS regions,
       COLLECT { MATCH (m)-[r:CITES]->(c:Document)
         RETURN {id: c.id, title: c.title, doc_number: c.doc_number, stub: coalesce(c.stub, false), mention: r.mention} ORDER BY c.id } AS cites,
       head(COLLECT { MATCH (d)-[:CONTAINS]->(x:Measure) WHERE x.order < m.order RETURN {measure_id: x.id, number: x.number, title: x.title} ORDER BY x.order DESC, x.id LIMIT 1 }) AS before,
       head(COLLECT { MATCH (d)-[:CONTAINS]->(x:Measure) WHERE x.order > m.order RETURN {measure_id: x.id, number: x.number, title: x.title} ORDER BY x.order, x.id LIMIT 1 }) AS after
ORDER BY document_id
