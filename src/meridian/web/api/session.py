"""Signing in, staying signed in, choosing for whom, and signing out."""

from fastapi import APIRouter, Response, status

from meridian.access.signing_in import purposes
from meridian.faults import Forbidden, Invalid
from meridian.identity.facts import Caller, Identity, Stage
from meridian.identity.sessions import IDLE_MS
from meridian.web.api import cookies
from meridian.web.api.dependencies import Access, From, Parts, Pending, Refresh, SignedIn
from meridian.web.api.models import (
    Account,
    Choice,
    CodeBody,
    Credential,
    CredentialOptions,
    EmergencyStanding,
    Membership,
    Organisation,
    OwnPassword,
    OwnPatient,
    PatientChoice,
    PurposeChoice,
    Reauthentication,
    Session,
    SignIn,
    SignInStep,
)
from meridian.web.api.services import Services

router = APIRouter(prefix="/api/session", tags=["session"])


@router.get("")
async def read_session(parts: Parts, identity: SignedIn, caller: From) -> Session:
    """Who is signed in, as whom, and what that allows."""
    return await _session(parts, identity, caller)


@router.post("")
async def sign_in(parts: Parts, body: SignIn, caller: From, response: Response) -> SignInStep:
    """First factor. A wrong address and a wrong password are answered alike."""
    return _step(response, await parts.identity.sign_in.password(body.email, body.password, caller))


@router.post("/password")
async def choose_password(
    parts: Parts, body: OwnPassword, pending: Pending, caller: From, response: Response
) -> SignInStep:
    """A password of one's own, where the one that was right had been chosen by somebody else."""
    return _step(response, await parts.identity.sign_in.new_password(pending, body.password, caller))


@router.post("/totp")
async def sign_in_totp(parts: Parts, body: CodeBody, pending: Pending, caller: From, response: Response) -> SignInStep:
    """Second factor: a code of the authenticator app."""
    return _step(response, await parts.identity.sign_in.totp(pending, body.code, caller))


@router.post("/recovery-code")
async def sign_in_recovery_code(
    parts: Parts, body: CodeBody, pending: Pending, caller: From, response: Response
) -> SignInStep:
    """Second factor: a recovery code, which then no longer works."""
    return _step(response, await parts.identity.sign_in.recovery_code(pending, body.code, caller))


@router.post("/passkey/options")
async def sign_in_passkey_options(parts: Parts, pending: Pending, response: Response) -> CredentialOptions:
    """Options for `navigator.credentials.get()`, with or without a password before."""
    options, secret = await parts.identity.sign_in.passkey_options(pending)
    if secret:
        cookies.keep_pending(response, secret)
    return CredentialOptions.model_validate(options)


@router.post("/passkey")
async def sign_in_passkey(
    parts: Parts, body: Credential, pending: Pending, caller: From, response: Response
) -> SignInStep:
    """A passkey as the second or the only factor."""
    assertion = body.model_dump(by_alias=True)
    return _step(response, await parts.identity.sign_in.passkey(pending, assertion, caller))


@router.post("/refresh", status_code=status.HTTP_204_NO_CONTENT)
async def refresh_session(parts: Parts, refresh: Refresh, caller: From, response: Response) -> None:
    """New tokens for the cookies; each refresh token works once, and a second use ends the session."""
    cookies.keep_signed_in(response, await parts.identity.signed_in.refresh(refresh, caller))


@router.delete("", status_code=status.HTTP_204_NO_CONTENT)
async def sign_out(parts: Parts, access: Access, refresh: Refresh, caller: From, response: Response) -> None:
    """End the session, if there is one."""
    await parts.identity.signed_in.sign_out(access, refresh, caller)
    cookies.sign_out(response)


@router.post("/reauthenticate", status_code=status.HTTP_204_NO_CONTENT)
async def reauthenticate(
    parts: Parts, body: Reauthentication, refresh: Refresh, caller: From, response: Response
) -> None:
    """Take up a session again that was idle too long, in place."""
    if (body.password is None) == (body.code is None):
        raise Invalid("Give either the password or a code")
    grant = await parts.identity.signed_in.reauthenticate(refresh, body.password, body.code, caller)
    cookies.keep_signed_in(response, grant)


@router.post("/membership")
async def choose_membership(
    parts: Parts, body: Choice, identity: SignedIn, caller: From, response: Response
) -> Session:
    """Go on in another organisation or role."""
    grant = await parts.identity.signed_in.choose_membership(identity, body.id, caller)
    cookies.keep_signed_in(response, grant)
    return await _session(parts, grant.identity, caller)


@router.post("/patient")
async def choose_patient(parts: Parts, body: PatientChoice, identity: SignedIn, caller: From) -> Session:
    """Go on for another of the patients one looks after."""
    chosen = await parts.identity.signed_in.choose_patient(identity, body.id or "", caller)
    return await _session(parts, chosen, caller)


@router.post("/purpose")
async def choose_purpose(
    parts: Parts, body: PurposeChoice, identity: SignedIn, caller: From, response: Response
) -> Session:
    """Go on for another purpose of use; what is opened from then on is recorded with it."""
    if body.purpose not in purposes(identity):
        raise Forbidden("Your role has nothing to do for that purpose")
    grant = await parts.identity.signed_in.choose_purpose(identity, body.purpose, caller)
    cookies.keep_signed_in(response, grant)
    return await _session(parts, grant.identity, caller)


def _step(response: Response, stage: Stage) -> SignInStep:
    if stage.grant is not None:
        cookies.keep_signed_in(response, stage.grant)
    elif stage.pending:
        cookies.keep_pending(response, stage.pending)
    return SignInStep.model_validate({"step": stage.step, "methods": list(stage.methods)})


async def _session(parts: Services, identity: Identity, caller: Caller) -> Session:
    portrait = await parts.identity.signed_in.portrait(identity)
    purpose, may = parts.rights(identity)
    names = await parts.patients.names(identity, caller, identity.patients) if identity.patients else {}
    return Session(
        account=Account(id=identity.account, name=portrait.name, email=portrait.email),
        person=identity.who,
        organisation=Organisation(id=identity.organisation, name=portrait.organisation),
        role=identity.role,  # type: ignore[arg-type]  # the model checks it
        memberships=[
            Membership(
                id=line.id,
                organisation=Organisation(id=line.organisation, name=line.organisation_name),
                role=line.role,  # type: ignore[arg-type]  # the model checks it
                person=line.who,
            )
            for line in portrait.memberships
        ],
        patients=[OwnPatient(id=patient, name=names.get(patient, "")) for patient in identity.patients],
        patient=identity.patient or None,
        purpose=purpose,
        purposes=list(purposes(identity)),
        emergency=EmergencyStanding(patient=identity.emergency, ends=identity.emergency_ends)
        if identity.emergency
        else None,
        expires_at=identity.expires,
        ends_at=identity.ends,
        idle_seconds=IDLE_MS // 1000,
        may=list(may),
    )
