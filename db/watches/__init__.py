"""Saved searches: kept, looked up after each run, and what was found of them."""
