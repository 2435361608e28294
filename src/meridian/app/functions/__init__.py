"""
Lambda functions: what stands behind the thin handlers of `functions/`.

A handler builds its function once, when Lambda starts its process, and is called many times in it. What takes long (the
database, keys, the house) is opened by the first call and kept for the others, on one event loop; when something that
must answer did not, it is let go and opened anew by the next call.

    places.py     settings, from text without secrets
    standing.py   what stays open between calls
    feeding.py    messages of a queue, each done or given back
    timed.py      what a schedule starts
    turning.py    rotation of a secret, step by step

Nothing that a function raises carries a message out of here: Lambda writes it to the log, and it may hold patient data.
"""
