"""Who answers for a measure, in which role, said where: brackets, labelled lines, verbs, sentences.

Three shapes carry nearly all duties of the genre:
    labels      （牵头部门：A，配合部门：B、C）     牵头单位：A；责任单位：B
    verbs       （A、B负责）  （A牵头，B、C按职责分工负责）   A牵头，B配合。
    a bare list （A、B、C）   with a declaration (列为首位的为牵头单位…下同) or without
A bracket that is none of them is text; one that looks like one and is not understood is a Problem.

    measures        a measure or a heading: what all the others find together
    annotations     brackets and labelled lines
    sentences       what a sentence says; it must be surer than a bracket
    conventions     what is declared once: 列为首位的为牵头单位, 以下均需…, 以上任务由…
    lists           lists of units, and what of them could not be read
    page, words     the text of a measure with its brackets; roles.yaml as patterns
"""
