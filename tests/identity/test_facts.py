from meridian.access.subject import MEMBERS
from meridian.identity.facts import ROLES, Grant, Identity, Stage, is_staff


def test_the_roles_are_those_that_access_knows() -> None:
    assert {role.value for role in MEMBERS} == ROLES


def test_everybody_but_patients_those_they_trust_and_programs_is_staff() -> None:
    assert {role for role in ROLES if not is_staff(role)} == {"patient", "proxy", "helper", "service"}


def test_secrets_are_not_shown() -> None:
    grant = Grant(Identity("a", 1, "o", "nurse"), "access-secret", "refresh-secret", "device-secret")

    assert "secret" not in repr(grant)
    assert "secret" not in repr(Stage("done", (), "pending-secret", grant))
