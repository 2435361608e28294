"""One Lambda function: its handler, and what it may do (`function.toml`)."""
