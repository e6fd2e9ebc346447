// 全部责任，一行一条；可只要某个单位的、标题或正文写到某些字的、适用于某地区的、适用于名称带某几个字的地区的、用到某政策工具的任务
// params: agency (string|null), search (string|null), also (list|null), region (string|null), place (string|null), instrument (string|null), role (role|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, measure_id, number, title, path, order, role, role_text, agency, agency_id, collective, basis, rule, open_list, quotes, mentions, starts, ends, pages, short_name, level, kind
MATCH (a:Agency)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE ($role IS NULL OR type(r) = $role) AND ($agency IS NULL OR a.id = $agency OR a.name = $agency)
  AND ($search IS NULL OR any(word IN [$search] + coalesce($also, []) WHERE toLower(m.title) CONTAINS toLower(word) OR toLower(m.text) CONTAINS toLower(word)))
  AND ($region IS NULL OR EXISTS { MATCH (m)-[:APPLIES_TO]->(g:Region)-[:PART_OF*0..3]->(h:Region) WHERE $region IN [h.id, h.name] })
  AND ($place IS NULL OR EXISTS { MATCH (m)-[:APPLIES_TO]->(g:Region)-[:PART_OF*0..3]->(h:Region)
                                   WHERE h.name CONTAINS $place AND NOT h.name CONTAINS '非' + $place })
  AND ($instrument IS NULL OR EXISTS { MATCH (m)-[:USES]->(i:PolicyInstrument) WHERE $instrument IN [i.id, i.name] })
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
       a.short_name AS short_name, a.level AS level, a.kind AS kind
ORDER BY d.date, d.id, m.order, CASE type(r) WHEN 'LEADS' THEN 0 WHEN 'IMPLEMENTS' THEN 1 ELSE 2 END, head(r.starts), a.id
