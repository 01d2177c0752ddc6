"""Stores for the bodies of archived pages outside of the database: a folder, or S3."""
