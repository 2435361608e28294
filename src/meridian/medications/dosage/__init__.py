"""Doses: the forms medicines come in, how much is needed for so many days, and how a dose is put into words."""
