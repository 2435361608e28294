import pytest

from meridian.faults import Throttled, Unauthenticated
from meridian.testing.identity import HERE, Clinic


@pytest.mark.anyio
async def test_a_program_gets_a_token_for_its_secret(harbour: Clinic) -> None:
    client = await harbour.service.administration.create_program(harbour.org, "Lab interface", who="Device/lab")

    token, seconds = await harbour.service.programs.token(client.id, client.secret, HERE)
    identity = await harbour.service.authenticate(token)

    assert 0 < seconds <= 15 * 60
    assert (identity.role, identity.who, identity.org) == ("service", "Device/lab", harbour.org)
    assert [entry.rule for entry in harbour.recorded("sign-in")] == ["client"]
    assert client.secret not in repr(client)


@pytest.mark.anyio
async def test_a_programs_token_ends_and_another_is_given(quay: Clinic) -> None:
    client = await quay.service.administration.create_program(quay.org, "Lab interface")
    token, seconds = await quay.service.programs.token(client.id, client.secret, HERE)
    quay.watch.pass_(seconds=seconds)

    with pytest.raises(Unauthenticated):
        await quay.service.authenticate(token)
    again, _ = await quay.service.programs.token(client.id, client.secret, HERE)
    assert await quay.service.authenticate(again)


@pytest.mark.anyio
async def test_an_unknown_client_and_a_wrong_secret_are_refused_alike_and_slowed(quay: Clinic) -> None:
    client = await quay.service.administration.create_program(quay.org, "Lab interface")
    said = []

    for identifier in (client.id, "unknown"):
        with pytest.raises(Unauthenticated) as refused:
            await quay.service.programs.token(identifier, "wrong", HERE)
        said.append(refused.value.detail)
        with pytest.raises(Throttled):
            await quay.service.programs.token(identifier, client.secret, HERE)

    assert said[0] == said[1]
    assert [entry.rule for entry in quay.recorded("sign-in-failed")][:1] == ["program"]


@pytest.mark.anyio
async def test_a_program_signs_in_in_no_other_way(quay: Clinic) -> None:
    await quay.service.administration.create_program(quay.org, "Lab interface")
    [line] = await quay.service.administration.members()

    with pytest.raises(Unauthenticated):
        await quay.service.sign_in.password(line.email, "", HERE)


@pytest.mark.anyio
async def test_a_removed_client_no_longer_works(quay: Clinic) -> None:
    client = await quay.service.administration.create_program(quay.org, "Lab interface")
    token, _ = await quay.service.programs.token(client.id, client.secret, HERE)

    await quay.service.administration.remove_program(client.id)

    with pytest.raises(Unauthenticated):
        await quay.service.authenticate(token)
    with pytest.raises(Unauthenticated):
        await quay.service.programs.token(client.id, client.secret, HERE)
