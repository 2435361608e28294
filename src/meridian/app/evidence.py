"""
Evidence of this house: how it stands, the access review, and the pack that an auditor takes along.

A pack of one organisation says nothing of another's people: that of a whole house is made at the command line.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from meridian.app import verifications
from meridian.audit import checkpoint, reading
from meridian.audit.verify import verify
from meridian.clock import instant
from meridian.hipaa import page as hipaa
from meridian.hipaa import register
from meridian.identity.tools import event
from meridian.ops import access_review, bill, evidence, pack, standing
from meridian.ops.access_review import Review
from meridian.ops.doctor import Finding, Level
from meridian.ops.evidence import Evidence, Kind
from meridian.ops.pack import Part, as_json, page, table
from meridian.ops.standing import Line
from meridian.store.plan import Plan

if TYPE_CHECKING:
    from meridian.app.house import House

Organisation = tuple[int, str, str]
"""Number, logical id, name."""
PLATFORM: Organisation = (0, "", "the platform")
LONGEST = 20_000
"""Entries of a log that are verified while somebody waits for a page; a longer one is verified at the command line."""
ANCHORS = 50
"""Lines of a log's anchors that go into the pack, the newest."""
SECTIONS = {
    Kind.VERIFY: ("164.308(a)(1)(ii)(B)", "164.308(a)(8)"),
    Kind.PROVE: ("164.308(a)(8)",),
    Kind.DRILL: ("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(D)", "164.312(c)(2)"),
    Kind.TABLETOP: ("164.308(a)(6)(i)", "164.308(a)(6)(ii)"),
    Kind.INCIDENT: ("164.308(a)(6)(ii)", "164.414(b)"),
    Kind.ACCESS_REVIEW: ("164.308(a)(3)(ii)(B)", "164.308(a)(3)(ii)(C)", "164.308(a)(4)(ii)(C)"),
    Kind.DOCTOR: ("164.308(a)(8)",),
}
"""On which paragraphs each kind of evidence bears."""
WORDS = {
    Kind.VERIFY: "The last attacks on this deployment, and what came of each",
    Kind.PROVE: "The last attacks on twins that lack a control, where they must succeed",
    Kind.DRILL: "The last restore of a backup for trial, with RPO and RTO",
    Kind.TABLETOP: "The last exercise of an incident",
    Kind.INCIDENT: "The last incident that was closed: when, what was done, who was to be told; not what it was about",
    Kind.ACCESS_REVIEW: "The last review of who has access",
    Kind.DOCTOR: "The last look at the configuration",
}


class Kept:
    """Evidence as `/api` asks for it: of the officer's own organisation."""

    def __init__(self, house: "House") -> None:
        self._house = house

    async def lines(self, organisation: str) -> list[dict[str, Any]]:
        """How each kind stands, for the organisation of that logical id."""
        found = await asyncio.to_thread(lines, self._house, organisation)
        return [msgspec.to_builtins(line) for line in found]

    async def pack(self, org: int) -> bytes:
        """The organisation's pack as a ZIP file."""
        [own] = [one for one in await everybody(self._house) if one[0] == org]
        return await asyncio.to_thread(pack.zipped, await packed(self._house, [own], whole=False))

    async def verification(self) -> dict[str, Any]:
        """The last attacks and the last twins."""
        return await asyncio.to_thread(verifications.verification, self._house.settings, self._house.signer.public)

    async def attacks(self, threat: str) -> list[dict[str, Any]]:
        """The last attacks on one *threat*."""
        return await asyncio.to_thread(verifications.attacks, self._house.settings, self._house.signer.public, threat)

    async def report(self) -> bytes | None:
        """The signed report of the last attacks as a ZIP file."""
        return await asyncio.to_thread(verifications.report, self._house.settings, self._house.signer.public)


def lines(house: "House", organisation: str = "") -> list[Line]:
    """How each kind of evidence stands, for one organisation or (empty) for all."""
    return standing.lines(house.settings.data, house.identity.tools.clock(), house.signer.public, organisation)


async def everybody(house: "House") -> list[Organisation]:
    """Every organisation."""
    return await house.identity.administration.organisations()


async def review(house: "House", organisations: Sequence[Organisation], *, by: str, note: str) -> tuple[Review, Path]:
    """
    An access review that *by* has gone through: kept as evidence, and noted in each organisation's log.

    What was changed is listed since the last review of the same organisations.
    """
    tools = house.identity.tools
    since = _reviewed(house, organisations)
    done = await access_review.review(tools, organisations, since=since, by=by, note=note)
    now = tools.clock()
    kept = evidence.keep(house.settings.data, Kind.ACCESS_REVIEW, done, house.signer, now)

    def noted() -> Plan[None]:
        for no, _, _ in organisations:
            yield event("access-reviewed", now, org=no, rule="command-line", what=f"evidence/{kept.stem}")

    await tools.engine.write(noted)
    return done, kept


def _reviewed(house: "House", organisations: Sequence[Organisation]) -> int:
    """When all of *organisations* were last reviewed together; 0 for never."""
    wanted = {logical_id for _, logical_id, _ in organisations}
    found = evidence.held(house.settings.data, Kind.ACCESS_REVIEW, house.signer.public)
    return max((one.at for one in found if wanted <= standing.reviewed(one)), default=0)


def keep_doctor(house: "House", found: Sequence[Finding]) -> None:
    """What was found of the configuration, as evidence."""
    said = [{"level": one.level.value, "what": one.what, "found": one.found, "do": one.do} for one in found]
    content = {"passed": not any(one.level is Level.FAIL for one in found), "findings": said}
    evidence.keep(house.settings.data, Kind.DOCTOR, content, house.signer, house.identity.tools.clock())


async def packed(house: "House", organisations: Sequence[Organisation], *, whole: bool) -> dict[str, bytes]:
    """
    The files of a pack.

    Args:
        house: Whose.
        organisations: Of whom it speaks.
        whole: Whether of the whole house, with the platform's own log and all logs read to their end; else of one
            organisation, while somebody waits.
    """
    tools, only = house.identity.tools, None if whole else {logical_id for _, logical_id, _ in organisations}
    parts = [
        *await asyncio.to_thread(_hipaa, lines(house, "" if whole else organisations[0][1])),
        *await asyncio.to_thread(_kept, house, only),
        *await _logs(house, [PLATFORM, *organisations] if whole else organisations, whole=whole),
        *_access(await access_review.review(tools, organisations, since=0, whole=whole)),
        *await asyncio.to_thread(_program, house),
    ]
    name = house.product.title if whole else f"{organisations[0][2]}, {house.product.title}"
    return pack.bound(parts, name=name, at=tools.clock(), signer=house.signer, titles=titles())


def titles() -> dict[str, str]:
    """What sections and their rows are called, by citation."""
    found: dict[str, str] = {}
    for section in register.load().sections.values():
        found[section.cite] = section.title
        found.update({row.cite: row.name for row in register.load().of(section.cite)})
    return found


def _hipaa(found: Sequence[Line]) -> list[Part]:
    kept = standing.results(list(found), {line.kind: f"{_day(line.at)}" for line in found})
    rows = [hipaa.line(row, register.load(), kept) for row in register.load().rows.values()]
    shown = [one._asdict() | {"shown": [[name, *came] for name, came in one.shown]} for one in rows]
    sections = tuple(register.load().sections)
    body = page("HIPAA: what is asked, how it is met, what shows it", hipaa.html(register.load(), kept))
    return [
        Part(
            "hipaa.html", body, "What 45 CFR asks, how it is met, what shows it, and what last came of that", sections
        ),
        Part("hipaa.json", as_json(shown), "The same for a program", sections),
        Part("status.json", as_json([msgspec.to_builtins(line) for line in found]), "How old what there is is", ()),
    ]


def _kept(house: "House", only: set[str] | None) -> list[Part]:
    """The newest evidence of each kind as it was kept, and a list of all; reviews of *only* those organisations."""
    parts, listed = [], []
    for kind in Kind:
        held = [
            one for one in standing.everything(house.settings.data, kind, house.signer.public) if _speaks(one, only)
        ]
        listed += [(kind.value, instant(one.at), standing.came(one), one.standing.value, one.path.name) for one in held]
        parts += [part for one in held[-1:] for part in _as_kept(kind, one)]
    history = "kind,at,came,signature,file\n" + "".join(f"{','.join(line)}\n" for line in listed)
    return [*parts, Part("evidence/history.csv", history.encode(), "All evidence that is kept", ("164.316(b)(1)",))]


def _speaks(one: Evidence, only: set[str] | None) -> bool:
    """Whether it may be shown to *only* those organisations: a review names people, an incident may be another's."""
    if only is None or one.kind not in (Kind.ACCESS_REVIEW, Kind.INCIDENT):
        return True
    return one.kind == Kind.ACCESS_REVIEW and standing.reviewed(one) <= only


def _as_kept(kind: Kind, one: Evidence) -> list[Part]:
    path = f"evidence/{kind.value}/{one.path.name}"
    parts = [Part(path, one.path.read_bytes(), WORDS[kind], SECTIONS[kind])]
    signature = one.path.with_name(one.path.name + evidence.SIGNATURE)
    if signature.exists():
        parts.append(Part(f"{path}{evidence.SIGNATURE}", signature.read_bytes(), "Its signature", ()))
    return parts


async def _logs(house: "House", organisations: Sequence[Organisation], *, whole: bool) -> list[Part]:
    parts = []
    for no, _, name in organisations:
        head = await house.engine.read(lambda no=no: reading.head(no))  # type: ignore[misc]  # bound at once
        note = await house.engine.read(lambda no=no: checkpoint.newest(no))  # type: ignore[misc]  # likewise
        said = await _log(house, no, name) if whole or head.size <= LONGEST else _unread(name, head.size)
        where = ("164.312(b)", "164.312(c)(1)", "164.308(a)(1)(ii)(D)")
        parts.append(Part(f"log/{no}.json", as_json(said), f"The audit log of {name}, and whether it is whole", where))
        if note:
            parts.append(Part(f"log/{no}.checkpoint", note.encode(), "Its newest signed checkpoint", ("164.312(b)",)))
        anchors = house.anchors.path(no)
        if anchors.exists():
            last = b"".join(anchors.read_bytes().splitlines(keepends=True)[-ANCHORS:])
            parts.append(Part(f"log/{no}.anchors", last, "Checkpoints kept outside the database", ("164.312(b)",)))
    return parts


async def _log(house: "House", no: int, name: str) -> dict[str, Any]:
    key = checkpoint.key(house.signer, checkpoint.name_of(house.anchors, house.log_host, no))
    found = await verify(house.engine, no, keys=[key], anchors=house.anchors)
    return {
        "of": name,
        "verified": True,
        "whole": found.whole,
        "entries": found.entries,
        "signed": found.signed,
        "root": found.root,
        "key": str(key),
        "findings": [one.text for one in found.findings],
        "notes": found.notes,
    }


def _unread(name: str, entries: int) -> dict[str, Any]:
    """Of a log that is too long to be read while somebody waits."""
    return {"of": name, "verified": False, "entries": entries, "why": "long; meridian audit verify reads all of it"}


def _access(found: Review) -> list[Part]:
    where = (*SECTIONS[Kind.ACCESS_REVIEW], "164.312(a)(2)(i)", "164.308(a)(2)")
    head = ("organisation", "role", "status", "sign-in", "account", "since", "last sign-in", "second factor", "dormant")
    rows = [
        (
            one.name,
            it.role,
            it.status,
            it.email,
            it.account,
            it.since,
            it.last_sign_in or "never",
            _said(so=it.second_factor),
            _said(so=it.dormant),
        )
        for one in found.organisations
        for it in one.people
    ]
    think = [(one.name, text) for one in found.organisations for text in one.findings]
    body = (
        "<p>As it stands now; the last review that somebody has gone through is under evidence/access-review.</p>"
        f"<h2>To think about</h2>{table(('organisation', 'what'), think)}"
        f"<h2>Workforce</h2>{table(head, rows)}"
    )
    return [
        Part("access/now.json", as_json(msgspec.to_builtins(found)), "Roles, programs, changes, emergencies", where),
        Part("access/now.html", page("Who has access", body), "Who has which role in which organisation", where),
    ]


def _said(*, so: bool) -> str:
    return "yes" if so else "no"


def _program(house: "House") -> list[Part]:
    from meridian.threats import model  # noqa: PLC0415  # only here
    from meridian.threats import register as threats  # noqa: PLC0415  # likewise

    shown = [
        (one.id, one.threat, one.risk.value, one.status, ", ".join(one.controls))
        for one in threats.load().threats.values()
    ]
    listed = page("Threats", table(("id", "threat", "risk", "status", "controls"), shown))
    papers = model.files()
    paper = f"threat-model-{house.settings.edition.name}.md"
    risk = ("164.308(a)(1)(ii)(A)", "164.308(a)(1)(ii)(B)")
    return [
        Part("threats.html", listed, "The threats, their risk and what stands against them", risk),
        Part(paper, papers[paper].encode(), "The threat model: assets, register, mitigations, risk", risk),
        *(
            Part(name, papers[name].encode(), "The same for a program", risk)
            for name in sorted(papers)
            if name[-4:] == "json"
        ),
        Part("versions.json", as_json(bill.versions()), "What runs here", ("164.308(a)(8)",)),
        Part(
            "sbom.cdx.json",
            as_json(bill.bill()),
            "Every package that is installed for it, CycloneDX",
            ("164.308(a)(8)",),
        ),
        Part("settings.json", as_json(plain(house.settings)), "Settings; secrets stand in a vault, by name", risk[1:]),
    ]


def plain(value: Any) -> Any:
    """Settings as JSON has them; they hold names of secrets and no secret."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _day(at: int) -> str:
    """The day of a time, ms since the epoch, as ISO 8601 has it."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d}"
