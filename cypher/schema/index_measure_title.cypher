// 任务标题的索引（文本索引：标题可以比范围索引容许的更长）
// params: -
// returns: -
CREATE TEXT INDEX measure_title IF NOT EXISTS FOR (n:Measure) ON (n.title)
