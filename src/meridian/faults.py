"""
What can go wrong for a caller, in one closed family.

A fault knows no protocol: `meridian.web.faults` alone knows how one looks from outside. Its `detail` is shown to the
caller and so never holds patient data, a secret, or a word on whether a record exists.

    Fault
    ├── Malformed            the request cannot be read
    ├── Invalid              it can be read and breaks a rule; lists every place
    ├── Unsupported          a media type, interaction, type or parameter that is not offered
    ├── Unauthenticated      nobody is signed in, or no longer
    ├── Forbidden            the role lacks this interaction on what it may see
    ├── NotFound             not there, or not yours: the same
    ├── Gone                 deleted
    ├── Conflict             the current state forbids it (a duplicate, a reference that would dangle)
    ├── VersionConflict      If-Match named another version
    ├── PreconditionFailed   a conditional interaction matched more than one
    ├── TooLarge             over a fixed limit
    ├── TooCostly            would return or do too much
    ├── Throttled            too many attempts; says when to come back
    └── Unavailable          a part that must answer did not: the request stops
        └── ReadOnly         records can be read at present, and not changed
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """
    One thing that is wrong, and where.

    Args:
        code: A FHIR issue type (hl7.org/fhir/R4/valueset-issue-type.html), as `required` or `value`.
        text: What is wrong, for a person; no patient data.
        place: FHIRPath of the element, as `Patient.name[0].use`; empty when the whole is meant.
    """

    code: str
    text: str
    place: str = ""


class Fault(Exception):
    """Something the caller can be told; *detail* is shown as it is."""

    def __init__(self, detail: str, *, issues: tuple[Issue, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.issues = issues


class Malformed(Fault):
    """The request cannot be read: broken JSON, a bad search string."""


class Invalid(Fault):
    """It can be read and breaks a rule; `issues` lists every place."""


class Unsupported(Fault):
    """Not offered here: *what* is one of `media`, `method`, `type`, `parameter`, `operation`."""

    def __init__(self, detail: str, *, what: str = "operation", issues: tuple[Issue, ...] = ()) -> None:
        super().__init__(detail, issues=issues)
        self.what = what


class Unauthenticated(Fault):
    """Nobody is signed in, or no longer."""


class Forbidden(Fault):
    """The role lacks this interaction on something it may otherwise see."""


class NotFound(Fault):
    """Not there, or not yours: nobody outside can tell which."""


class Gone(Fault):
    """It was there and has been deleted; *version* is the deletion's."""

    def __init__(self, detail: str, *, version: int = 0) -> None:
        super().__init__(detail)
        self.version = version


class Conflict(Fault):
    """The present state forbids it."""


class VersionConflict(Fault):
    """`If-Match` named a version that is not the current one."""


class PreconditionFailed(Fault):
    """A conditional interaction's criteria matched more than one resource."""


class TooLarge(Fault):
    """Over a fixed limit of size, depth or count."""


class TooCostly(Fault):
    """Would return or do more than one request may."""


class Throttled(Fault):
    """Too many attempts; *retry_after* is in seconds."""

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(Fault):
    """A part that must answer did not (audit log, rate limiter, policy, disk): the request stops."""


class ReadOnly(Unavailable):
    """Records can be read at present, and nothing can be changed."""
