"""Watches after a run: looked up, and what was found of them sent by webhook or mail."""
