// 同一单位在同一文件中的不同写法；并列时省去的共同部分（省外经贸厅、财政厅）不算，slip 是疑似笔误
// params: documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: document_id, document, doc_number, status, date, edition, agency_id, agency, forms, slip
MATCH (a:Agency)-[r:LEADS|SUPPORTS|IMPLEMENTS]->(m:Measure)<-[:CONTAINS]-(d:Document)
WHERE true
  AND NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
UNWIND range(0, size(r.mentions) - 1) AS i
WITH d, a, m, r.mentions[i] AS form, min(r.starts[i]) AS at
ORDER BY m.order
WITH d, a, form, collect(m.number) AS numbers, min(at) AS first
ORDER BY first, form
WITH d, a, collect({form: form, measures: numbers}) AS every
// A form that begins or ends another one of the same unit, or is only its place, is a part of a shared list.
WITH d, a, [x IN every WHERE a.name STARTS WITH x.form AND size(x.form) < 5 AND x.form <> a.name
            OR any(y IN every WHERE y.form <> x.form AND (y.form STARTS WITH x.form OR y.form ENDS WITH x.form))] AS parts, every
WITH d, a, [x IN every WHERE NOT x IN parts] AS forms
// One character too many, or one other, against the end of the official name: 市政政务服务… for 市政务服务….
WITH d, a, forms, [x IN forms WHERE size(x.form) > 4 AND NOT a.name CONTAINS x.form AND (
       any(i IN range(0, size(x.form) - 1) WHERE a.name ENDS WITH left(x.form, i) + substring(x.form, i + 1))
       OR any(i IN range(0, size(x.form) - 1) WHERE size(a.name) >= size(x.form)
              AND left(x.form, i) + substring(x.form, i + 1)
                  = left(right(a.name, size(x.form)), i) + substring(right(a.name, size(x.form)), i + 1)))
     | x.form] AS slips
WHERE size(forms) > 1 OR size(slips) > 0
RETURN d.id AS document_id, d.title AS document, d.doc_number AS doc_number, d.status AS status, d.date AS date, d.edition AS edition,
       a.id AS agency_id, a.name AS agency, forms, head(slips) AS slip
ORDER BY d.date, d.id, agency_id
