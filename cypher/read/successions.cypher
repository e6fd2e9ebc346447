// 单位的沿革：谁并入、改名、拆分或移交给谁
// params: agency (string|null)
// returns: predecessor_id, predecessor, successor_id, successor, date, kind, source
MATCH (a:Agency)-[r:SUCCEEDED_BY]->(b:Agency)
WHERE $agency IS NULL OR $agency IN [a.id, a.name, b.id, b.name]
RETURN a.id AS predecessor_id, a.name AS predecessor, b.id AS successor_id, b.name AS successor,
       r.date AS date, r.kind AS kind, r.source AS source
ORDER BY date, predecessor_id, successor_id
