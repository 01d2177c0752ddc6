"""What leaves the database as files: JSON lines, CSV, GraphML, Parquet, WARC, with a data card."""
