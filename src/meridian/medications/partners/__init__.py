"""The two safety partners as HTTP clients, asked one after the other; and both as a sandbox of ours."""
