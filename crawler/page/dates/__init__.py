"""Dates, times and ages as pages write them, in many languages."""
