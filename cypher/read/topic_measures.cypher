// 用到一种政策工具，或适用于一个地区的任务及其责任单位
// params: topic (string), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: topic_id, topic, label, kind, document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, mentions, duties
MATCH (x:PolicyInstrument|Region {id: $topic})<-[u:USES|APPLIES_TO]-(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
RETURN x.id AS topic_id, x.name AS topic, head(labels(x)) AS label, coalesce(x.type, x.kind) AS kind,
       d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title, m.path AS path, m.order AS order, u.mentions AS mentions,
       COLLECT { MATCH (a:Agency)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m)
         RETURN {agency_id: a.id, agency: a.name, role: type(r), role_text: r.role_text, rule: r.rule, basis: r.basis, open_list: r.open_list, quotes: r.quotes}
         ORDER BY CASE type(r) WHEN 'LEADS' THEN 0 WHEN 'IMPLEMENTS' THEN 1 ELSE 2 END, head(r.starts), a.id } AS duties
ORDER BY d.date, d.id, m.order
