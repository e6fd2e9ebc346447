// 责任和包含以外的边：所选文件及其任务用到的政策工具、适用的地区、发文、依据和引用，以及有关单位的所在地、统称和沿革
// params: documents (list|null), drafts (bool|null), samples (bool|null), expired (bool|null)
// returns: source_id, source, source_label, source_type, edge, target_id, target, target_label, target_type
MATCH (d:Document)
WHERE NOT coalesce(d.stub, false)
  AND ($documents IS NULL OR d.id IN $documents)
  AND (coalesce($drafts, true) OR NOT (coalesce(d.status, '') CONTAINS '征求意见' OR coalesce(d.status, '') CONTAINS '草案'))
  AND (coalesce($samples, true) OR coalesce(d.edition, '') <> 'digest')
  AND (coalesce($expired, true) OR d.expires IS NULL OR d.expires >= toString(date()))
OPTIONAL MATCH (d)-[:CONTAINS]->(m:Measure)
WITH collect(DISTINCT d) + collect(DISTINCT m) AS said
UNWIND said AS n
OPTIONAL MATCH (n)-[r:USES|APPLIES_TO|BASED_ON|CITES]->(x)
OPTIONAL MATCH (n)<-[i:ISSUED]-(issuer:Agency)
OPTIONAL MATCH (n)<-[:LEADS|SUPPORTS|IMPLEMENTS]-(a:Agency)
WITH collect(DISTINCT r) + collect(DISTINCT i) AS direct, collect(DISTINCT a) + collect(DISTINCT issuer) AS units,
     collect(DISTINCT CASE WHEN x:Region THEN x END) AS places
CALL (units) {
  UNWIND units AS a
  MATCH (a)-[r:SEATED_IN|MEMBER_OF|SUCCEEDED_BY]-(x)
  RETURN collect(DISTINCT r) AS about, collect(DISTINCT CASE WHEN x:Region THEN x END) AS seats
}
CALL (places, seats) {
  UNWIND places + seats AS place
  MATCH (place)-[up:PART_OF*1..4]->(:Region)
  UNWIND up AS r
  RETURN collect(DISTINCT r) AS above
}
UNWIND direct + about + above AS r
WITH DISTINCT r, startNode(r) AS s, endNode(r) AS t
RETURN s.id AS source_id, CASE WHEN s:Measure OR s:Document THEN s.title ELSE s.name END AS source,
       head(labels(s)) AS source_label, coalesce(s.type, s.kind) AS source_type,
       type(r) AS edge,
       t.id AS target_id, CASE WHEN t:Measure OR t:Document THEN t.title ELSE t.name END AS target,
       head(labels(t)) AS target_label, coalesce(t.type, t.kind) AS target_type
ORDER BY edge, source_id, target_id
