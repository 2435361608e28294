"""A document that came in is looked at, scanned, and released or kept in quarantine (`meridian.documents.scanning`)."""

from meridian.app.functions.feeding import fed

handler = fed("document-intake", "documents")
