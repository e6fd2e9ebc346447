"""The responsibility graph and what is asked of it; it never imports the loaders."""
