"""Reads archived pages, recognises copies and versions, stores the result."""
