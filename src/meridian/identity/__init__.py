"""
Who somebody is: accounts, passwords, second factors, sessions and the tokens that stand for them.

    service.py        the facade, composed of
      sign_in.py      signed_in.py  own_account.py  recovery.py  invitations.py  people.py  programs.py
      administration.py             what those share is in tools.py
    credentials.py    the port of passwords and authenticator apps: builtin.py keeps them here, cognito/ in a user pool
    facts.py views.py what the rest of the platform learns
    the rest          one idea each: its rows as plans, its rules as pure functions
"""
