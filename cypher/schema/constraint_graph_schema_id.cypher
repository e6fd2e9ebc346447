// GraphSchema 的 id 唯一
// params: -
// returns: -
CREATE CONSTRAINT graph_schema_id IF NOT EXISTS FOR (n:GraphSchema) REQUIRE n.id IS UNIQUE
