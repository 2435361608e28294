"""Alembic's entry: runs the steps on the connection that `meridian.store.migrate` handed over."""

from alembic import context

from meridian.store.schema import load

context.configure(connection=context.config.attributes["connection"], target_metadata=load())
context.run_migrations()
