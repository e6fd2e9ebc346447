// Agency 的 id 唯一
// params: -
// returns: -
CREATE CONSTRAINT agency_id IF NOT EXISTS FOR (n:Agency) REQUIRE n.id IS UNIQUE
