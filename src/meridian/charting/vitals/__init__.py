"""Vital signs: which there are, in which units, within which bounds, and how a set of them is taken down."""
