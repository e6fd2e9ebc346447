// 一个统称包括哪些单位
// params: agency (string)
// returns: collective_id, collective, member_id, member, basis
MATCH (b:Agency)-[r:MEMBER_OF]->(a:Agency)
WHERE a.id = $agency OR a.name = $agency
RETURN a.id AS collective_id, a.name AS collective, b.id AS member_id, b.name AS member, r.basis AS basis
ORDER BY collective_id, member_id
