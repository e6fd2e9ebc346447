// 一个节点的相邻节点和连着它们的边
// params: node (string), limit (integer|null), documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: source_id, source, source_label, edge, target_id, target, target_label
MATCH (n:Agency|Measure|Document|PolicyInstrument|Region {id: $node})-[r]-(x)
OPTIONAL MATCH (home:Document)-[:CONTAINS]->(end)
WHERE end IN [n, x]
WITH DISTINCT r, x, home, CASE WHEN home IS NOT NULL THEN home WHEN x:Document THEN x WHEN n:Document THEN n END AS d
WHERE d IS NULL OR coalesce(d.stub, false) OR (
  NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date())))
WITH DISTINCT r, startNode(r) AS s, endNode(r) AS t
RETURN s.id AS source_id, CASE WHEN s:Measure THEN s.number + s.title WHEN s:Document THEN s.title ELSE s.name END AS source, head(labels(s)) AS source_label,
       type(r) AS edge,
       t.id AS target_id, CASE WHEN t:Measure THEN t.number + t.title WHEN t:Document THEN t.title ELSE t.name END AS target, head(labels(t)) AS target_label
ORDER BY edge, source_id, target_id
LIMIT coalesce($limit, 1000000000)
