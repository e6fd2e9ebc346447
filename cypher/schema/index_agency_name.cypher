// 单位名称的索引
// params: -
// returns: -
CREATE INDEX agency_name IF NOT EXISTS FOR (n:Agency) ON (n.name)
