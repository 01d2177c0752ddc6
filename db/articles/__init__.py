"""Articles as rows: stored, matched, corrected, merged."""
