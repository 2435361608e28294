"""Forms: what they ask, what counts as an answer, sending them out, filling them in, and filing what they say."""
