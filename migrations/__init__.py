"""Alembic's migrations; ``terkait db upgrade`` runs them."""
