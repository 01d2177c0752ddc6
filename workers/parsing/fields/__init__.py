"""The fields of an article: one module each."""
