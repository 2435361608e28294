"""Prescribing, refills, and the checks that say whether a medicine is safe here."""
