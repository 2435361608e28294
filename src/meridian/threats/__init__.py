"""
The threat model as a program: what threatens, what it would do, what stands in its way, and attacks that try it.

`register.toml` holds the threats of the two documents that Meridian answers; `attacks` try each against a running
deployment; the documents and exports of `docs/threat-model.md` are made from it.
"""
