"""
Passwords and authenticator apps kept by a user pool of Amazon Cognito.

    keeper.py     the port as `Credentials` has it, composed of
      client.py     requests to the pool and what their refusals mean
      entering.py   coming into the pool
      users.py      who is in the pool: making, passwords, disabling, signing out
      handle.py     what the pool wants handed back with the next proof
      roll.py       which accounts are in it, as rows of ours
      pace.py       failures that all take as long
    jwks.py tokens.py   the pool's keys, and tokens signed by them
    bearers.py    tokens of other app clients, each behind a session of ours
    errands.py    what the pool is told after a write, from the outbox
    inspection.py what is wrong with the pool, for `meridian doctor`

A user of the pool is named by the account's id and has no attribute: neither an address nor a name leaves the house.
"""
