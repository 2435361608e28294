"""
Bytes of documents and recordings: sealed here, kept in a folder or in S3.

A file is sealed in chunks under a key of its own (`sealing`) and lies in one object or several on a `Shelf` (`folder`,
`bucket`), whose names say nothing. Whose it is and who may have it is `access.files`' to say; nothing here decides.
"""

from meridian.files.shelf import Missing, Shelf

__all__ = ["Missing", "Shelf"]
