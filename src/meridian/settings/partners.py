"""Where the medication-safety partners are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Partners:
    """
    Where the medication-safety partners are; which one is asked first is the edition's.

    Args:
        medtrack, scriptguard: Base addresses of their `/v2` APIs.
        hosts: The only hosts that may be reached, whatever the addresses say.
        networks: Networks that may be reached though they are private, as `10.20.0.0/16` of a VPC endpoint.
    """

    medtrack: str = "https://api.medtrackpro.com/v2"
    scriptguard: str = "https://api.scriptguard.io/v2"
    hosts: tuple[str, ...] = ("api.medtrackpro.com", "api.scriptguard.io")
    networks: tuple[str, ...] = ()
