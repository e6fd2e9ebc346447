// 一个单位牵头、配合、负责哪些任务；可只要独家或并列的、某条认定规则的，可连同前身后继（lineage）、所属统称（collectives）；统称可连同逐一列出其全部成员的任务（members）
// params: agency (string), role (role|null), alone (bool|null), rule (string|null), lineage (bool|null), collectives (bool|null), members (bool|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, role, role_text, agency, agency_id, collective, basis, rule, open_list, quotes, mentions, starts, ends, pages, co_leads
MATCH (x:Agency)
WHERE x.id = $agency OR x.name = $agency
CALL (x) {
  RETURN x AS a
  UNION
  MATCH (x)-[:SUCCEEDED_BY*1..4]->(a:Agency) WHERE coalesce($lineage, false) RETURN a
  UNION
  MATCH (a:Agency)-[:SUCCEEDED_BY*1..4]->(x) WHERE coalesce($lineage, false) RETURN a
  UNION
  MATCH (x)-[:MEMBER_OF]->(a:Agency) WHERE coalesce($collectives, false) RETURN a
  UNION
  MATCH (a:Agency)-[:MEMBER_OF]->(x) WHERE coalesce($members, false) RETURN a
}
WITH DISTINCT x, a
MATCH (a)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE (NOT EXISTS { (a)-[:MEMBER_OF]->(x) } OR NOT EXISTS {
    MATCH (b:Agency)-[:MEMBER_OF]->(x) WHERE NOT EXISTS { (b)-[:LEADS|SUPPORTS|IMPLEMENTS]->(m) } })
  AND ($role IS NULL OR type(r) = $role)
  AND ($rule IS NULL OR $rule IN r.rules OR r.rule = $rule)
  AND ($alone IS NULL OR $alone = (NOT EXISTS { MATCH (o:Agency)-[q:LEADS|SUPPORTS|IMPLEMENTS]->(m) WHERE o <> a AND type(q) = type(r) }))
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       m.id AS measure_id, m.number AS number, m.title AS title, m.path AS path, m.order AS order,
       type(r) AS role, r.role_text AS role_text, a.name AS agency, a.id AS agency_id, a.collective AS collective,
       r.basis AS basis, r.rule AS rule, r.open_list AS open_list, r.quotes AS quotes,
       r.mentions AS mentions, r.starts AS starts, r.ends AS ends, [p IN r.pages | CASE WHEN p < 0 THEN null ELSE p END] AS pages,
       CASE type(r) WHEN 'LEADS' THEN COLLECT { MATCH (o:Agency)-[q:LEADS]->(m) WHERE o <> a RETURN o.name ORDER BY head(q.starts), o.id } END AS co_leads
ORDER BY d.date, d.id, m.order, CASE type(r) WHEN 'LEADS' THEN 0 WHEN 'IMPLEMENTS' THEN 1 ELSE 2 END, head(r.starts), a.id
