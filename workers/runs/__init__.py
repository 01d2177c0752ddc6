"""Runs carried out: their processes, their schedule."""
