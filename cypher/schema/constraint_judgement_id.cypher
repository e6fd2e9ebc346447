// Judgement 的 id 唯一
// params: -
// returns: -
CREATE CONSTRAINT judgement_id IF NOT EXISTS FOR (n:Judgement) REQUIRE n.id IS UNIQUE
