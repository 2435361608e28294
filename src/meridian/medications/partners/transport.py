"""
How a partner is reached: signed, within five seconds in all, and with an answer that is trusted for nothing.

A request is sent again only when that cannot do harm and there is time: when nobody took the connection, when the
partner says 503 (the same `Idempotency-Key` goes along), or when it refuses a key that was meanwhile changed in the
vault. Secrets are asked for by name at each use, so a new key serves from the next request on.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from meridian.faults import NotFound, Unavailable
from meridian.medications.findings import Why
from meridian.medications.partners.allowed import NotAllowed, Resolve, Rules, resolve
from meridian.medications.partners.breaker import Breaker
from meridian.medications.partners.port import Call, Failed
from meridian.medications.partners.signing import DATE, IDEMPOTENCY, KEY, REQUEST, SIGNATURE, signature, stamp
from meridian.medications.partners.watching import standing, watched
from meridian.telemetry.trace import carried

if TYPE_CHECKING:
    import httpx

    from meridian.vault.secrets import Reading

T = TypeVar("T")
Meaning = TypeVar("Meaning")

DEADLINE = 5.0
"""Seconds for everything about one call, as the threat model fixes it."""
LARGEST = 256 * 1024
"""Bytes of an answer; the largest honest one is a tenth of it."""
TRIES = 3
PAUSE = 0.2
"""Seconds before a request is sent again."""

_log = logging.getLogger("meridian.partners")


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a partner is and under which names its secrets are kept.

    Args:
        id: Short name.
        url: Base, as `https://api.medtrackpro.com/v2`.
        key, secret: Names in the vault of the API key and the signing secret.
    """

    id: str
    url: str
    key: str
    secret: str


@dataclass(slots=True)
class Line:
    """
    A partner's line: one pool of connections, one circuit breaker.

    Args:
        place: Where it is.
        secrets: The vault.
        rules: What may be reached.
        breaker: Leaves it alone when it keeps failing.
        resolver: Gives the addresses of a name.
        clock: Seconds since the epoch, for the date that is signed.
    """

    place: Place
    secrets: "Reading"
    rules: Rules
    breaker: Breaker = field(default_factory=Breaker)
    resolver: Resolve = resolve
    clock: Callable[[], float] = time.time
    _client: "httpx.AsyncClient | None" = field(default=None, init=False, repr=False)

    async def ask(
        self, path: str, question: Any, kind: type[T], calls: list[Call], meaning: Callable[[T], Meaning]
    ) -> Meaning:
        """
        Post *question* and give what the answer means.

        Args:
            path: Below the base.
            question: What is sent, as JSON; says nothing that tells whose it is.
            kind: A strict struct; what does not fit is no answer.
            calls: Takes every request made.
            meaning: What an answer means; raises `Failed` for one that makes no sense.

        Raises:
            Failed: Whatever goes wrong.
        """
        self._credentials()  # without them it is not the partner that fails
        if not self.breaker.admits():
            raise Failed(Why.RESTING)
        try:
            async with asyncio.timeout(DEADLINE):
                answer = await self._tries(path, msgspec.json.encode(question), calls)
            found = meaning(_read(answer, kind))
        except TimeoutError:
            raise self._failed(Why.TIMEOUT, calls) from None
        except Failed as failed:
            raise self._failed(failed.why, calls) from None
        except BaseException:
            self.breaker.abandoned()
            raise
        self.breaker.succeeded()
        standing(self.place.id, self.breaker)
        return found

    def _failed(self, why: Why, calls: list[Call]) -> Failed:
        self.breaker.failed()
        standing(self.place.id, self.breaker)
        if calls:
            calls[-1] = Call(self.place.id, calls[-1].request, why.value)
        _log.warning("%s failed: %s (request %s)", self.place.id, why.value, calls[-1].request if calls else "-")
        return Failed(why)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _tries(self, path: str, body: bytes, calls: list[Call]) -> bytes:
        """The body of a good answer, from as many requests as are safe."""
        same, refused = uuid.uuid4().hex, ""
        for left in reversed(range(TRIES)):
            key, secret = self._credentials(fresh=bool(refused))
            if refused and key == refused:
                raise Failed(Why.KEY)
            try:
                with watched(self.place.id, calls):
                    return await self._once(path, body, same, (key, secret), calls)
            except _Again as again:
                refused = key if again.why is Why.KEY else ""
                calls[-1] = Call(self.place.id, calls[-1].request, again.why.value)
                if not left:
                    raise Failed(again.why) from None
                await asyncio.sleep(0 if refused else PAUSE)
        raise Failed(Why.ERROR)  # pragma: no cover  # the loop ends by itself

    def _credentials(self, *, fresh: bool = False) -> tuple[str, str]:
        """Key and signing secret; read *fresh* where the partner refused those that were known: they were rotated."""
        read = self.secrets.fresh if fresh else self.secrets.get
        try:
            return read(self.place.key).reveal(), read(self.place.secret).reveal()
        except (NotFound, Unavailable):
            raise Failed(Why.NOT_SET_UP) from None

    async def _once(self, path: str, body: bytes, same: str, credentials: tuple[str, str], calls: list[Call]) -> bytes:
        import httpx  # noqa: PLC0415  # 0.15 s that a start need not wait for

        request = self._request(path, body, same, credentials)
        calls.append(Call(self.place.id, request.headers[REQUEST], "ok"))
        try:
            answer = await self._open().send(request, stream=True, follow_redirects=False)
        except NotAllowed:
            raise Failed(Why.NOT_ALLOWED) from None
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise _Again(Why.UNREACHABLE) from None  # nothing was sent
        except httpx.HTTPError:
            raise Failed(Why.UNREACHABLE) from None
        try:
            return await _body(answer)
        except NotAllowed:  # pragma: no cover  # a body opens no connection
            raise Failed(Why.NOT_ALLOWED) from None
        except httpx.HTTPError:
            raise Failed(Why.UNREACHABLE) from None
        finally:
            await answer.aclose()

    def _request(self, path: str, body: bytes, same: str, credentials: tuple[str, str]) -> "httpx.Request":
        import httpx  # noqa: PLC0415  # likewise

        key, secret = credentials
        url = httpx.URL(self.place.url.rstrip("/") + path)
        date, request = stamp(self.clock()), str(uuid.uuid4())
        headers = {
            KEY: key,
            REQUEST: request,
            DATE: date,
            IDEMPOTENCY: same,
            SIGNATURE: signature(secret, "POST", url.raw_path.decode(), date=date, request=request, body=body),
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "Meridian",
        }
        if here := carried():
            headers["traceparent"] = here
        return httpx.Request("POST", url, content=body, headers=headers, extensions={"timeout": _TIMEOUTS})

    def _open(self) -> "httpx.AsyncClient":
        if self._client is None:
            import httpx  # noqa: PLC0415  # likewise

            from meridian.medications.partners.egress import Guarded  # noqa: PLC0415  # likewise
            from meridian.medications.partners.pool import Pool  # noqa: PLC0415  # likewise

            pool = Pool(Guarded(self.rules, self.resolver))
            self._client = httpx.AsyncClient(transport=pool, trust_env=False, follow_redirects=False)
        return self._client


class _Again(Exception):
    """It failed in a way that lets it be tried again."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


_TIMEOUTS = {"connect": DEADLINE, "read": DEADLINE, "write": DEADLINE, "pool": DEADLINE}
OK, UNAUTHORISED, FORBIDDEN, BUSY, SERVER = 200, 401, 403, 503, 500


async def _body(answer: "httpx.Response") -> bytes:
    """The bytes of a good answer; never more than `LARGEST` of them are taken in."""
    if answer.status_code != OK:
        raise _refusal(answer.status_code)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or answer.headers.get("content-encoding", "identity") != "identity":
        raise Failed(Why.BAD_ANSWER)
    taken = bytearray()
    async for part in answer.aiter_raw():
        taken += part
        if len(taken) > LARGEST:
            raise Failed(Why.BAD_ANSWER)
    return bytes(taken)


def _refusal(status: int) -> Exception:
    if status == UNAUTHORISED:
        return _Again(Why.KEY)
    if status == BUSY:
        return _Again(Why.ERROR)
    if status == FORBIDDEN:
        return Failed(Why.KEY)
    if status >= SERVER:
        return Failed(Why.ERROR)
    return Failed(Why.BAD_ANSWER if status < 400 else Why.REFUSED)  # noqa: PLR2004  # 3xx: nobody is sent elsewhere


def _read(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
        raise Failed(Why.BAD_ANSWER) from None
