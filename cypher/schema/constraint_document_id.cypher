// Document 的 id 唯一
// params: -
// returns: -
CREATE CONSTRAINT document_id IF NOT EXISTS FOR (n:Document) REQUIRE n.id IS UNIQUE
