"""The clinic itself: whom it employs, and as what."""
