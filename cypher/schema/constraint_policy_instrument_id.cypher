// PolicyInstrument 的 id 唯一
// params: -
// returns: -
CREATE CONSTRAINT policy_instrument_id IF NOT EXISTS FOR (n:PolicyInstrument) REQUIRE n.id IS UNIQUE
