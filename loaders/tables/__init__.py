"""Responsibility tables (责任分工表), from files that have them and from texts that lost their lines.

columns, grid, cells, sheets    a table's header, its cells, its measures
looks, barred, flattened        tables that are only lines of text: rows with bars, or a cell a line
"""
