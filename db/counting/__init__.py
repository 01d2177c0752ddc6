"""What the database holds, counted as it comes and goes, so that nobody has to count it."""
