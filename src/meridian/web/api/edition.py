"""Which product this is, before anybody signs in."""

from fastapi import APIRouter

from meridian.web.api.dependencies import Parts
from meridian.web.api.models import Edition

router = APIRouter(prefix="/api", tags=["edition"])


@router.get("/edition")
async def read_edition(parts: Parts) -> Edition:
    """Name, look and support address, and what signing in can be done by."""
    edition, local = parts.settings.edition, parts.identity.keeps_passwords
    return Edition(
        edition=edition.name,
        title=edition.title,
        tagline=edition.tagline,
        support_email=edition.support_email,
        demo=parts.settings.demo,
        read_only=parts.settings.reads_only,
        passkeys=local,
        code_unlocks=local,
    )
