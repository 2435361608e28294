"""What patients, and those they trust, do for themselves."""
