"""A whole database into another, of the other kind or the same: SQLite and PostgreSQL."""
