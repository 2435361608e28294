from meridian.web.middleware.headers import security_headers


def test_the_policy_is_the_houses_and_nothing_unsafe_is_in_it() -> None:
    policy = dict(security_headers("https://clinic.example"))[b"content-security-policy"].decode()

    assert policy.startswith("default-src 'self'; script-src 'self'; connect-src 'self' wss://clinic.example;")
    assert "unsafe" not in policy
    assert "*" not in policy


def test_hsts_is_sent_by_https_alone() -> None:
    assert b"strict-transport-security" in dict(security_headers("https://clinic.example"))
    assert b"strict-transport-security" not in dict(security_headers("http://localhost:8360"))
