"""Alembic's steps from one schema to the next; `meridian.store.migrate` runs them."""
