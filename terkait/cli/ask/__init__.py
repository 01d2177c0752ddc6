"""The commands that ask the database, a module each."""
