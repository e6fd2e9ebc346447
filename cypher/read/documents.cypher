// 已载入的文件
// params: documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, attached_title, doc_number, date, effective, expires, status, edition, jurisdiction, url, issuers, measures, checked, agencies
MATCH (d:Document)
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
RETURN d.id AS document_id, d.title AS document, d.attached_title AS attached_title, d.doc_number AS doc_number,
       d.date AS date, d.effective AS effective, d.expires AS expires, d.status AS status, d.edition AS edition,
       d.jurisdiction AS jurisdiction, d.url AS url,
       COLLECT { MATCH (a:Agency)-[:ISSUED]->(d) RETURN a.name ORDER BY a.name } AS issuers,
       COUNT { (d)-[:CONTAINS]->(:Measure) } AS measures, COUNT { (d)-[:CONTAINS]->(:Measure {checked: true}) } AS checked,
       COUNT { MATCH (d)-[:CONTAINS]->(:Measure)<-[:LEADS|SUPPORTS|IMPLEMENTS]-(a:Agency) RETURN DISTINCT a } AS agencies
ORDER BY d.date, d.id
