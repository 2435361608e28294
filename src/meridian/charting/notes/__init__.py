"""Clinical notes: written from templates, signed, locked, added to, and co-signed."""
