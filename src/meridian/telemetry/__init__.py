"""
What the platform says of itself while it runs: lines of the log, figures, traces.

It lies below everything that speaks, knows none of it, and holds nobody's data: `trace` says which request or job this
is, `logs` writes lines, `tally` counts and `figures` names what is counted, `spans` times what is done.
"""
