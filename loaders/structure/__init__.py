"""A document's own order: what it says about itself (`facts`) and the tree of its numbered items (`items`).

lines, numbering, dates            the small things that all of it is made of
run_on, items                      items and headings, attachments, closing lines
titles, issuers, jurisdiction      the head of a text and its signatures
genre, facts                       what kind of document it is, and all it states about itself
"""
