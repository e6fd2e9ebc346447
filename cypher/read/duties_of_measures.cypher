// 若干项任务的责任，一行一条；给了 units 则只取这些单位的
// params: tasks (list), units (list|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, role, role_text, agency, agency_id, collective, basis, rule, open_list, quotes, short_name, level, kind
UNWIND $tasks AS id
MATCH (d:Document)-[:CONTAINS]->(m:Measure {id: id})<-[r:LEADS|SUPPORTS|IMPLEMENTS]-(a:Agency)
WHERE NOT coalesce(d.stub, false)
  AND ($units IS NULL OR a.id IN $units)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH DISTINCT d, m, r, a
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title, m.path AS path, m.order AS order,
       type(r) AS role, r.role_text AS role_text, a.name AS agency, a.id AS agency_id, a.collective AS collective,
       r.basis AS basis, r.rule AS rule, r.open_list AS open_list, r.quotes AS quotes,
       a.short_name AS short_name, a.level AS level, a.kind AS kind
ORDER BY d.date, d.id, m.order, CASE type(r) WHEN 'LEADS' THEN 0 WHEN 'IMPLEMENTS' THEN 1 ELSE 2 END, head(r.starts), a.id
