"""Who somebody is: accounts, passwords, second factors, sessions and the tokens that stand for them."""
