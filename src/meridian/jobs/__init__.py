"""The worker: what the outbox says is to happen, and what happens at set times."""
