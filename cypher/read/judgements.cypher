// 人工认定，先作的在前；撤销了的有 revoked_at；scope 是它所管的文件或地区
// params: scope (string|null)
// returns: judgement, verdict, about, value, scope, document, unit, was, words, author, at, note, revoked_at, revoked_by
MATCH (j:Judgement)
WHERE $scope IS NULL OR $scope IN [j.document, j.jurisdiction]
OPTIONAL MATCH (d:Document {id: j.document})
RETURN j.id AS judgement, j.verdict AS verdict, j.about AS about, j.value AS value,
       coalesce(j.document, j.jurisdiction) AS scope, d.title AS document, j.unit AS unit, j.was AS was, j.words AS words,
       j.author AS author, j.at AS at, j.note AS note, j.revoked_at AS revoked_at, j.revoked_by AS revoked_by
ORDER BY at, judgement
