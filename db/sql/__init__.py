"""The databases themselves: sessions, dialects, types, retries, the schema."""
