"""Who you are: accounts, passwords, second factors, passkeys, sessions and tokens."""
