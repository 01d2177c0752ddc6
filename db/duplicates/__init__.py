"""Near-duplicates: what texts are looked up by, which are alike, which are one cluster."""
