"""The last attacks on this deployment, as its security officers see them: read from the evidence that was kept."""

import io
import zipfile
from typing import Any

from meridian.ops import evidence
from meridian.ops.evidence import Evidence, Kind, Standing
from meridian.settings import Settings

REPORT = ".report"
"""Ends the name of the folder with the signed report, beside the evidence of its run."""
COUNTS = ("tried", "refused", "succeeded", "notRun", "result")


def verification(settings: Settings, public: bytes) -> dict[str, Any]:
    """The last run and the last twins, without what each attack asked; see `Verification`."""
    run, twins = (evidence.newest(settings.data, kind, public) for kind in (Kind.VERIFY, Kind.PROVE))
    return {"run": _run(run) if run else None, "twins": _twins(twins) if twins else None}


def attacks(settings: Settings, public: bytes, threat: str) -> list[dict[str, Any]]:
    """The attacks on one *threat* in the last run, with their evidence; none if it was not tried."""
    run = evidence.newest(settings.data, Kind.VERIFY, public)
    found = [one for one in run.content.get("threats", ()) if one["id"] == threat] if run else []
    return [attack for one in found for attack in one["attacks"]]


def report(settings: Settings, public: bytes) -> bytes | None:
    """The signed report of the last run as a ZIP file; `None` if there is none."""
    run = evidence.newest(settings.data, Kind.VERIFY, public)
    folder = run.path.with_suffix(REPORT) if run else None
    if folder is None or not folder.is_dir():
        return None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        for path in sorted(folder.iterdir()):
            files.write(path, path.name)
    return packed.getvalue()


def _run(one: Evidence) -> dict[str, Any]:
    said = one.content
    return {
        **_kept(one),
        **{name: said.get(name, "") for name in ("target", "edition", "version")},
        **{name: said.get(name, 0) for name in ("began", "ended")},
        **_counts(said),
        "leftOut": list(said.get("leftOut", ())),
        "threats": [_threat(threat) for threat in said.get("threats", ())],
        "hasReport": one.path.with_suffix(REPORT).is_dir(),
    }


def _threat(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in ("id", "threat", "component", "risk", "implied")} | _counts(said)


def _counts(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said.get(name, "not run" if name == "result" else 0) for name in COUNTS}


def _twins(one: Evidence) -> dict[str, Any]:
    twins = one.content.get("twins", ())
    names = ("weakness", "threat", "caught", "attack", "said")
    return {
        **_kept(one),
        "caught": sum(bool(twin["caught"]) for twin in twins),
        "unproved": list(one.content.get("unproved", ())),
        "twins": [{name: twin[name] for name in names} for twin in twins],
    }


def _kept(one: Evidence) -> dict[str, Any]:
    return {"at": one.at, "standing": Standing(one.standing).value}
