"""Papers, images and results: taken in, scanned, shown, signed off and released."""
