"""The pages of the app, one module a page; they call graph, then draw."""
