// Region 的 id 唯一
// params: -
// returns: -
CREATE CONSTRAINT region_id IF NOT EXISTS FOR (n:Region) REQUIRE n.id IS UNIQUE
