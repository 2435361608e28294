"""
Passkeys (w3.org/TR/webauthn-3): key pairs that live in a device and answer a challenge for our origin only.

The ceremonies are py_webauthn's; what is kept, counted and refused is here. As the only factor a passkey must verify
its user; a signature counter that goes backwards means a copy, and is refused.
"""

import binascii
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from meridian.faults import Invalid, Unauthenticated
from meridian.identity.accounts import Account
from meridian.identity.views import PasskeyLine
from meridian.store.plan import Change, Plan, Query

MOST = 20
"""Passkeys of one account."""


class RelyingParty(NamedTuple):
    """Us: *id* is the host, *origin* what browsers say they are at."""

    id: str
    name: str
    origin: str


class Passkey(NamedTuple):
    """One that is kept."""

    id: bytes
    account: str
    public: bytes
    counter: int


class Fresh(NamedTuple):
    """One that has just been made."""

    id: bytes
    public: bytes
    counter: int
    transports: str


def relying_party(origin: str, title: str) -> RelyingParty:
    """Us, at *origin*."""
    return RelyingParty(urlsplit(origin).hostname or "", title, origin)


def new_challenge() -> bytes:
    """32 random bytes, for one ceremony."""
    return secrets.token_bytes(32)


def named(identifier: str) -> bytes:
    """
    A credential's id from Base64url.

    Raises:
        Unauthenticated: If it is none.
    """
    try:
        return urlsafe_b64decode(identifier + "=" * (-len(identifier) % 4))
    except (binascii.Error, ValueError) as wrong:
        raise Unauthenticated("The passkey is not known") from wrong


def creation_options(us: RelyingParty, account: Account, challenge: bytes, present: list[bytes]) -> dict[str, Any]:
    """Options for `navigator.credentials.create()`: discoverable where possible, never twice on one device."""
    import webauthn  # noqa: PLC0415  # 0.2 s that a server without passkeys never spends
    from webauthn.helpers import structs  # noqa: PLC0415  # as above

    options = webauthn.generate_registration_options(
        rp_id=us.id,
        rp_name=us.name,
        user_id=bytes.fromhex(account.id),
        user_name=account.email,
        user_display_name=account.name,
        challenge=challenge,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.PREFERRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=known) for known in present],
    )
    return _plain(webauthn.options_to_json(options))


def request_options(us: RelyingParty, challenge: bytes, allowed: list[bytes]) -> dict[str, Any]:
    """Options for `navigator.credentials.get()`; of nobody in particular when *allowed* is empty."""
    import webauthn  # noqa: PLC0415  # as above
    from webauthn.helpers import structs  # noqa: PLC0415  # as above

    options = webauthn.generate_authentication_options(
        rp_id=us.id,
        challenge=challenge,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=known) for known in allowed] or None,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return _plain(webauthn.options_to_json(options))


def _plain(text: str) -> dict[str, Any]:
    options: dict[str, Any] = json.loads(text)
    return options


def created(us: RelyingParty, credential: dict[str, Any], challenge: bytes) -> Fresh:
    """
    The passkey that answered *challenge*.

    Raises:
        Invalid: If it did not.
    """
    import webauthn  # noqa: PLC0415  # as above
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415  # as above

    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=us.id,
            expected_origin=us.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise Invalid("The passkey did not answer as it should") from wrong
    transports = credential.get("response", {}).get("transports", [])
    listed = " ".join(t for t in transports if isinstance(t, str)) if isinstance(transports, list) else ""
    return Fresh(made.credential_id, made.credential_public_key, made.sign_count, listed[:120])


def answered(us: RelyingParty, assertion: dict[str, Any], challenge: bytes, passkey: Passkey) -> int:
    """
    The signature counter, if *passkey* answered *challenge* and its user was verified.

    Raises:
        Unauthenticated: If not, or if the counter went backwards.
    """
    import webauthn  # noqa: PLC0415  # as above
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415  # as above

    try:
        done = webauthn.verify_authentication_response(
            credential=assertion,
            expected_challenge=challenge,
            expected_rp_id=us.id,
            expected_origin=us.origin,
            credential_public_key=passkey.public,
            credential_current_sign_count=passkey.counter,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise Unauthenticated("The passkey did not answer as it should") from wrong
    return done.new_sign_count


def find(identifier: bytes) -> Plan[Passkey | None]:
    """The passkey of that id."""
    rows = yield Query("SELECT id, account, public, counter FROM passkey WHERE id = ?", (identifier,))
    return Passkey(*rows[0]) if rows else None


def used(passkey: Passkey, counter: int, now: int) -> Plan[bool]:
    """Note its use; gives whether nobody else did so since it was read."""
    done = yield Change(
        "UPDATE passkey SET counter = ?, used = ? WHERE id = ? AND counter = ?",
        (counter, now, passkey.id, passkey.counter),
    )
    return bool(done.rows)


def add(account: str, name: str, fresh: Fresh, now: int) -> Plan[None]:
    """
    Keep a passkey.

    Raises:
        Conflict: If it is kept already.
        Invalid: If the account has as many as it may.
    """
    if (yield from count(account)) >= MOST:
        raise Invalid(f"An account has at most {MOST} passkeys")
    yield Change(
        "INSERT INTO passkey (id, account, name, public, counter, transports, created, used) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        (fresh.id, account, name, fresh.public, fresh.counter, fresh.transports, now),
    )


def ids(account: str) -> Plan[list[bytes]]:
    """Ids of an account's passkeys."""
    rows = yield Query("SELECT id FROM passkey WHERE account = ? ORDER BY created, id", (account,))
    return [bytes(identifier) for (identifier,) in rows]


def lines(account: str) -> Plan[tuple[PasskeyLine, ...]]:
    """An account's passkeys, oldest first."""
    rows = yield Query("SELECT id, name, created, used FROM passkey WHERE account = ? ORDER BY created, id", (account,))
    return tuple(PasskeyLine(_shown(bytes(identifier)), name, made, used) for identifier, name, made, used in rows)


def _shown(identifier: bytes) -> str:
    return urlsafe_b64encode(identifier).decode().rstrip("=")


def count(account: str) -> Plan[int]:
    """How many an account has."""
    rows = yield Query("SELECT COUNT(*) FROM passkey WHERE account = ?", (account,))
    return int(rows[0][0])


def remove(account: str, identifier: bytes) -> Plan[bool]:
    """Forget one; gives whether it was there."""
    done = yield Change("DELETE FROM passkey WHERE account = ? AND id = ?", (account, identifier))
    return bool(done.rows)


def remove_all(account: str) -> Plan[None]:
    """Forget all of an account's."""
    yield Change("DELETE FROM passkey WHERE account = ?", (account,))
