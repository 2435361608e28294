"""
Media types: what a caller wants and what a caller sends. JSON is all there is; XML is refused, never guessed.

Source: hl7.org/fhir/R4/http.html#mime-type, RFC 9110 section 12.5.1.
"""

from functools import lru_cache

from meridian.faults import Unsupported

FHIR_JSON = "application/fhir+json"
JSON_PATCH = "application/json-patch+json"
FORM = "application/x-www-form-urlencoded"

_JSON = frozenset({FHIR_JSON, "application/json", "text/json", "json"})
_GIVEN = _JSON | {"*/*", "application/*"}
_VERSIONS = frozenset({"4.0", "4.0.1"})
_LONGEST = 1000
"""Characters of a media type or a list of them, house policy: what fits is remembered below, and ours have 60."""


@lru_cache(maxsize=512)
def check_accept(accept: str) -> None:
    """
    Let pass an Accept header that JSON satisfies; an empty one is any.

    Raises:
        Unsupported: (`accept`) if everything it names is something else.
    """
    if accept and (len(accept) > _LONGEST or not any(_gives(*_parsed(part)) for part in accept.split(","))):
        raise Unsupported("Only JSON (application/fhir+json, FHIR 4.0) is given here", what="accept")


@lru_cache(maxsize=512)
def check_format(wanted: str) -> None:
    """
    Let pass a `_format` that means JSON; it stands above the Accept header.

    Raises:
        Unsupported: (`accept`) if it means something else.
    """
    media, parameters = _parsed(wanted.replace(" ", "+"))  # a plus that nobody encoded
    if len(wanted) > _LONGEST or not _gives(media, parameters):
        raise Unsupported("Only _format=json is given here", what="accept")


@lru_cache(maxsize=512)
def check_content(content_type: str, wanted: str = FHIR_JSON) -> None:
    """
    Let pass a Content-Type that is *wanted*: `FHIR_JSON` (and its plain cousins), `JSON_PATCH` or `FORM`.

    Raises:
        Unsupported: (`media`) if it is another, or another charset than UTF-8, or another release of FHIR.
    """
    media, parameters = _parsed(content_type)
    fitting = len(content_type) <= _LONGEST and (media in _JSON if wanted == FHIR_JSON else media == wanted)
    if not fitting or parameters.get("charset", "utf-8").lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise Unsupported(f"The body is to be {wanted} in UTF-8", what="media")
    _check_version(parameters, "media")


def _gives(media: str, parameters: dict[str, str]) -> bool:
    if media not in _GIVEN or parameters.get("q") in {"0", "0.0", "0.00", "0.000"}:
        return False
    return parameters.get("fhirversion", "4.0") in _VERSIONS


def _check_version(parameters: dict[str, str], what: str) -> None:
    if parameters.get("fhirversion", "4.0") not in _VERSIONS:
        raise Unsupported("Only FHIR 4.0 is spoken here", what=what)


def _parsed(text: str) -> tuple[str, dict[str, str]]:
    media, *rest = text.split(";")
    pairs = (part.partition("=") for part in rest)
    return media.strip().lower(), {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}
