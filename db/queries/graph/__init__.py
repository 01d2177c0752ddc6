"""The graph of articles: neighbours, ways, stories. Read only."""
