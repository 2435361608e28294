"""
What a file is, by its bytes alone, and whether it could do harm.

`kinds.identify` says which of the few kinds it is that a record may hold, having walked the whole of its structure:
what merely begins like a PDF, or goes on as something else behind an image's end, is none of them. `builtin` and
`clamd` look for harm in what is of a kind. Nothing here keeps more than a few chunks of a file.
"""
