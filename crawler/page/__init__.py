"""A page and its parts as values: address, text, tree, metadata, dates. Plain Python."""
