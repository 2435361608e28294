"""One's own account: second factors, sessions, password."""

from typing import Annotated

from fastapi import APIRouter, Path, Response, status

from meridian.web.api import cookies
from meridian.web.api.dependencies import Enrolling, From, Parts, SignedIn
from meridian.web.api.models import (
    CodeBody,
    CredentialOptions,
    NewPasskey,
    NewPassword,
    Passkey,
    RecoveryCodes,
    Security,
    SessionLine,
    SignInStep,
    TotpSeed,
)

router = APIRouter(prefix="/api/account", tags=["account"])


@router.get("/security")
async def read_security(parts: Parts, identity: SignedIn) -> Security:
    """How the account is protected, and where it is signed in."""
    found = await parts.identity.own_account.security(identity)
    return Security(
        totp=found.totp,
        passkeys=[
            Passkey(id=key.id, name=key.name, created_at=key.created, last_used_at=key.used or None)
            for key in found.passkeys
        ],
        recovery_codes_left=found.recovery_codes,
        sessions=[
            SessionLine(
                id=line.id,
                current=line.id == identity.session,
                created_at=line.created,
                last_seen_at=line.seen,
                address=line.address,
                agent=line.agent,
            )
            for line in found.sessions
        ],
        staff=found.staff,
        password=found.password,
        minimum_length=found.minimum_length,
    )


@router.post("/totp")
async def begin_totp(parts: Parts, who: Enrolling) -> TotpSeed:
    """A secret for an authenticator app; it counts once a code has confirmed it."""
    seed = await parts.identity.own_account.begin_totp(who)
    return TotpSeed(secret=seed.secret, uri=seed.uri, qr_svg=seed.qr_svg)


@router.post("/totp/confirm")
async def confirm_totp(parts: Parts, body: CodeBody, who: Enrolling, caller: From, response: Response) -> RecoveryCodes:
    """Prove the app has the secret. Gives recovery codes this one time; finishes a sign-in that waited for it."""
    codes, grant = await parts.identity.own_account.confirm_totp(who, body.code, caller)
    if grant is not None:
        cookies.keep_signed_in(response, grant)
    return RecoveryCodes(recovery_codes=list(codes))


@router.delete("/totp", status_code=status.HTTP_204_NO_CONTENT)
async def remove_totp(parts: Parts, identity: SignedIn, caller: From) -> None:
    """Do without an authenticator app; refused to staff unless a passkey stays."""
    await parts.identity.own_account.remove_totp(identity, caller)


@router.post("/recovery-codes")
async def renew_recovery_codes(parts: Parts, identity: SignedIn, caller: From) -> RecoveryCodes:
    """New recovery codes, shown this one time; the old ones no longer work."""
    return RecoveryCodes(recovery_codes=list(await parts.identity.own_account.renew_recovery_codes(identity, caller)))


@router.post("/passkeys/options")
async def begin_passkey(parts: Parts, who: Enrolling) -> CredentialOptions:
    """Options for `navigator.credentials.create()`."""
    return CredentialOptions.model_validate(await parts.identity.own_account.begin_passkey(who))


@router.post("/passkeys")
async def add_passkey(parts: Parts, body: NewPasskey, who: Enrolling, caller: From, response: Response) -> SignInStep:
    """Keep a passkey; finishes a sign-in that waited for it."""
    credential = body.credential.model_dump(by_alias=True)
    grant = await parts.identity.own_account.add_passkey(who, body.name, credential, caller)
    if grant is not None:
        cookies.keep_signed_in(response, grant)
    return SignInStep(step="done")


@router.delete("/passkeys/{passkey}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_passkey(
    parts: Parts, identity: SignedIn, caller: From, passkey: Annotated[str, Path(max_length=2048)]
) -> None:
    """Forget a passkey; refused to staff when it is the last second factor."""
    await parts.identity.own_account.remove_passkey(identity, passkey, caller)


@router.delete("/sessions/{session}", status_code=status.HTTP_204_NO_CONTENT)
async def end_session(
    parts: Parts, identity: SignedIn, caller: From, session: Annotated[str, Path(max_length=64)]
) -> None:
    """End one of one's sessions."""
    await parts.identity.own_account.end_session(identity, session, caller)


@router.delete("/sessions", status_code=status.HTTP_204_NO_CONTENT)
async def end_other_sessions(parts: Parts, identity: SignedIn, caller: From) -> None:
    """End all of one's sessions but this one."""
    await parts.identity.own_account.end_other_sessions(identity, caller)


@router.post("/password", status_code=status.HTTP_204_NO_CONTENT)
async def change_password(parts: Parts, body: NewPassword, identity: SignedIn, caller: From) -> None:
    """Change the password; all other sessions end."""
    await parts.identity.own_account.change_password(identity, body.current, body.new, caller)
