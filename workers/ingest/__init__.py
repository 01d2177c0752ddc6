"""From an archived page to stored rows."""
