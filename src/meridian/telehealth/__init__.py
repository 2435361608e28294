"""
Video visits: who meets whom, in which state, and by what way their media goes.

    turn.py        credentials for the relay
    media/         the gateway of visits of more than two
    recording.py   what the gateway recorded becomes documents
"""
