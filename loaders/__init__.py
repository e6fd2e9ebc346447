"""Text to Records: read, clean, structure, mentions and roles, resolve; no database needed."""
