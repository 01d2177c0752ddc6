"""The frontier: which addresses are due, who fetches them, what becomes of each."""
