"""
Messages, the inbox, and telling people.

    notify.py, reach.py, quiet.py, kinds.py    mail and text messages: of what, to whom, when
    threads.py, answers.py, notes.py           what patients and staff write to each other
    tasks.py, inbox.py                         what waits for a person
"""
