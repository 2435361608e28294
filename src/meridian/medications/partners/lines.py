"""Both partners as the settings have them: the edition's first."""

import ipaddress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from meridian.medications.partners import medtrack, scriptguard
from meridian.medications.partners.allowed import Rules
from meridian.medications.partners.medtrack import MedTrack
from meridian.medications.partners.panel import Panel, Shut, none_shut
from meridian.medications.partners.scriptguard import ScriptGuard
from meridian.medications.partners.transport import Line, Place
from meridian.settings import BadSettings, Edition, Partners

if TYPE_CHECKING:
    from meridian.medications.partners.port import Partner
    from meridian.vault.secrets import Vault

PARTNERS: Final = (medtrack.ID, scriptguard.ID)


def key_name(edition: Edition, partner: str) -> str:
    """
    Under which name the vault has a partner's API key.

    Source: the threat models, API-03: `careconnect360/medtrack/apikey`, `meridian-pms/scriptguard/apikey`.
    """
    return f"{edition.secret_prefix}/{partner}/apikey"


def signing_name(edition: Edition, partner: str) -> str:
    """Under which name the vault has the secret that requests to a partner are signed with."""
    return f"{edition.secret_prefix}/{partner}/signing"


def panel(edition: Edition, partners: Partners, secrets: "Vault", shut: Shut = none_shut) -> Panel:
    """
    Who is asked, in the edition's order; *shut* says who is not to be called.

    Raises:
        BadSettings: If a base address cannot be used, or is not encrypted and leads outside.
    """
    found = lines(edition, partners, secrets)
    made: dict[str, Partner] = {
        medtrack.ID: MedTrack(found[medtrack.ID]),
        scriptguard.ID: ScriptGuard(found[scriptguard.ID]),
    }
    first = made.pop(edition.first_partner, None)
    if first is None:
        raise BadSettings(f"There is no safety partner {edition.first_partner!r}; choose one of: {', '.join(PARTNERS)}")
    return Panel((first, *made.values()), shut=shut)


def lines(edition: Edition, partners: Partners, secrets: "Vault") -> dict[str, Line]:
    """
    The line of each partner, by its id.

    Raises: as `panel`.
    """
    rules = Rules(frozenset(host.lower() for host in partners.hosts), tuple(map(_network, partners.networks)))
    places = {medtrack.ID: partners.medtrack, scriptguard.ID: partners.scriptguard}
    return {who: _line(who, url, edition, rules, secrets) for who, url in places.items()}


def _line(partner: str, url: str, edition: Edition, rules: Rules, secrets: "Vault") -> Line:
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.username:
        raise BadSettings(f"[partners] {partner} is to be an address such as https://api.example/v2")
    if parts.scheme == "http" and not _configured(parts.hostname, rules):
        raise BadSettings(f"[partners] {partner} is not encrypted; only an address of `networks` may be reached so")
    return Line(Place(partner, url, key_name(edition, partner), signing_name(edition, partner)), secrets, rules)


def _configured(host: str, rules: Rules) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address.version == net.version and address in net for net in rules.networks)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as wrong:
        raise BadSettings(f"[partners] networks: {wrong}") from wrong
