// 两个单位并排比较：各自承担的任务，shared 表示两个单位都承担；给了角色则只看这一角色
// params: agency (string), partner (string), role (role|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, role, role_text, agency, agency_id, collective, basis, rule, open_list, quotes, mentions, starts, ends, pages, shared
MATCH (a:Agency)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE (a.id IN [$agency, $partner] OR a.name IN [$agency, $partner])
  AND ($role IS NULL OR type(r) = $role)
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
WITH d, m, collect({a: a, r: r}) AS duties, count(DISTINCT a) > 1 AS shared
UNWIND duties AS duty
WITH d, m, duty.a AS a, duty.r AS r, shared
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title, m.path AS path, m.order AS order,
       type(r) AS role, r.role_text AS role_text, a.name AS agency, a.id AS agency_id, a.collective AS collective,
       r.basis AS basis, r.rule AS rule, r.open_list AS open_list, r.quotes AS quotes,
       r.mentions AS mentions, r.starts AS starts, r.ends AS ends, [p IN r.pages | CASE WHEN p < 0 THEN null ELSE p END] AS pages, shared
ORDER BY shared DESC, d.date, d.id, m.order, CASE type(r) WHEN 'LEADS' THEN 0 WHEN 'IMPLEMENTS' THEN 1 ELSE 2 END, head(r.starts), a.id
