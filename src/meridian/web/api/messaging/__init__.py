"""The inbox, messages, and what people want to be told."""
