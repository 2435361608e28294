"""
A clinic to try things with, made by us: two organisations, their people, and sixty patients with years of records.

Everything follows from the roster in `roster.py`, a seed, and the moment it is made for: the same moment gives the same
bytes. Codes of LOINC, SNOMED CT and RxNorm are only such as the public sample sets quote (Synthea, HL7's examples, US
Core); what they have no code for stands as text, or under ICD-10-CM. Nobody in here exists.
"""
