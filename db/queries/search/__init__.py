"""Search: what is asked, what it matches, what is shown of it. Read only."""
