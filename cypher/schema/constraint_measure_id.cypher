// Measure 的 id 唯一
// params: -
// returns: -
CREATE CONSTRAINT measure_id IF NOT EXISTS FOR (n:Measure) REQUIRE n.id IS UNIQUE
