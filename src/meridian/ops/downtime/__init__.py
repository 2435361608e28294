"""
The downtime packet: what a clinic needs on paper to get through a day without us.

For each place of an organisation one PDF: who comes until the end of tomorrow, and for each of them allergies,
problems, medicines, and whom to call. It is made at set times, while everything works, and put into a folder on the
clinic's own machine, where any reader of PDF opens it with the organisation's passphrase, and nothing without.

It is sealed by PDF's own AES-256 (ISO 32000-2, revision 6) under a passphrase of 100 random bits, and not by a tool
that would have to be installed on that day: a packet that nobody can open at six in the morning is none. The passphrase
is kept in the vault, and in an envelope at the clinic.

What has been read for it is recorded as an operation of its own before a byte is written; packets are deleted when
their days are over.

Source: 45 CFR 164.308(a)(7)(ii)(C), emergency mode operation; 164.312(a)(2)(ii), emergency access.
"""
