"""The chart at work: encounters, notes, problems, forms, duplicates and merges."""
