"""A campaign as one page of HTML: the verdict, a table of threats, and behind each its attacks and their evidence."""

import base64
from hashlib import sha256

from meridian.clock import instant
from meridian.threats import documents
from meridian.threats.attack import Exchange
from meridian.threats.findings import Finding, Run, Tally
from meridian.threats.register import Register, Threat
from meridian.threats.report.markup import Markup, joined, tag
from meridian.threats.report.style import STYLE

VERDICTS = {
    "refused": "Every attack was refused",
    "succeeded": "An attack succeeded",
    "not run": "No attack succeeded, and some were not run",
}
COMMANDS = """openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in report.html -sigfile report.html.sig
openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in report.json -sigfile report.json.sig"""
PYTHON = """from pathlib import Path
from cryptography.hazmat.primitives.serialization import load_pem_public_key

key = load_pem_public_key(Path("public-key.pem").read_bytes())
for name in ("report.html", "report.json"):
    key.verify(Path(name + ".sig").read_bytes(), Path(name).read_bytes())  # raises InvalidSignature"""


def page(run: Run, register: Register, signer: str, key: str) -> bytes:
    """
    The whole page.

    Args:
        run: What was found.
        register: What it is about.
        signer: Whose signature stands beside it, in a sentence.
        key: The public key, in Base64.
    """
    title = f"{documents.load().editions[run.edition].title}: the threat model, attacked"
    policy = f"default-src 'none'; style-src 'sha256-{base64.b64encode(sha256(STYLE.encode()).digest()).decode()}'"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        Markup(f"<style>{STYLE}</style>"),  # ours, whole, and without a word of anybody's
    )
    body = tag(
        "body", _top(title, run, run.left_out(register)), tag("main", *_sections(run, register)), _foot(signer, key)
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n".encode()


def _top(title: str, run: Run, left_out: list[str]) -> Markup:
    whole = run.tally()
    counts = f"{whole.refused} refused, {whole.succeeded} succeeded; {whole.not_run} not run"
    facts = {
        "Target": run.target,
        "Began": instant(run.began),
        "Ended": instant(run.ended),
        "Attacks": f"{whole.tried} tried: {counts}",
        "Attacked by": f"meridian {run.version}",
    }
    if left_out:
        facts["Threats left out"] = ", ".join(left_out)
    return tag(
        "header",
        tag("h1", title),
        tag("p", tag("span", VERDICTS[whole.word], class_=f"verdict {_class(whole.word)}")),
        tag("dl", *(joined(tag("dt", name), tag("dd", said)) for name, said in facts.items())),
        *(tag("p", note, class_="quiet") for note in run.notes),
    )


def _sections(run: Run, register: Register) -> list[Markup]:
    threats = run.threats(register)
    return [
        tag("h2", "Threats"),
        tag("div", _table(run, threats), class_="wide", tabindex=0, role="region", aria_label="Threats"),
        tag("h2", "Attacks and evidence"),
        tag(
            "p",
            "Before an attack says that it was refused it has shown that it would have seen success. What was asked and"
            " answered is kept without tokens, cookies, codes and passwords, the last exchange first.",
            class_="quiet",
        ),
        *(_threat(run, one) for one in threats),
    ]


def _table(run: Run, threats: list[Threat]) -> Markup:
    numbers = ("Tried", "Refused", "Succeeded", "Not run")
    head = tag(
        "tr",
        *(tag("th", name, scope="col") for name in ("Threat", "Risk")),
        *(tag("th", name, scope="col", class_="number") for name in numbers),
        *(tag("th", name, scope="col") for name in ("Share", "Result")),
    )
    return tag("table", tag("thead", head), tag("tbody", *(_row(run, one) for one in threats)))


def _row(run: Run, threat: Threat) -> Markup:
    found = run.tally(threat.id)
    counts = (found.tried, found.refused, found.succeeded, found.not_run)
    return tag(
        "tr",
        tag("th", threat.id, scope="row"),
        tag("td", threat.risk.value),
        *(tag("td", count, class_="number") for count in counts),
        tag("td", _bar(found)),
        tag("td", tag("span", found.word, class_=f"word {_class(found.word)}")),
    )


def _bar(found: Tally) -> Markup:
    """A stacked bar; a reader of screens has the numbers beside it."""
    whole, left, parts = found.tried + found.not_run or 1, 0.0, []
    for word, count in (("refused", found.refused), ("succeeded", found.succeeded), ("not run", found.not_run)):
        width = 100 * count / whole
        parts.append(tag("rect", x=f"{left:.1f}", y=0, width=f"{width:.1f}", height=10, class_=_class(word)))
        left += width
    return tag("svg", *parts, viewBox="0 0 100 10", preserveAspectRatio="none", aria_hidden="true")


def _threat(run: Run, threat: Threat) -> Markup:
    words, found = threat.words(run.edition), run.tally(threat.id)
    rows = [one for one in run.of(threat.id) if one.outcome.result != "refused"]
    rows += [one for one in run.of(threat.id) if one.outcome.result == "refused"]
    return tag(
        "details",
        tag(
            "summary",
            tag("strong", threat.id),
            f" {words.threat} ",
            tag("span", f"{found.refused} of {found.tried + found.not_run} refused", class_="quiet"),
        ),
        tag("p", f"{words.component}. {words.category}. {', '.join(threat.hipaa)}.", class_="quiet"),
        *(_attack(one) for one in rows),
    )


def _attack(one: Finding) -> Markup:
    outcome = one.outcome
    return joined(
        tag(
            "h3",
            tag("code", one.attack.name),
            " ",
            tag("span", outcome.result, class_=f"word {_class(outcome.result)}"),
        ),
        tag("p", f"{one.attack.title}. ", outcome.said if outcome.result != "refused" else None),
        tag("ol", *(tag("li", *_exchange(seen)) for seen in one.shown), class_="evidence") if one.shown else None,
    )


def _exchange(seen: Exchange) -> list[Markup | None]:
    name = " ".join(filter(None, (seen.entry, seen.request and f"(request {seen.request})")))
    return [
        tag("pre", f"{seen.asked}\n{seen.answered}"),
        tag("p", f"In the audit log: {name}", class_="quiet") if seen.entry else None,
    ]


def _foot(signer: str, key: str) -> Markup:
    return tag(
        "footer",
        tag("h2", "Whether this is what was found"),
        tag("p", signer),
        tag("p", "Public key (Ed25519, Base64): ", tag("code", key)),
        tag("p", "With openssl:"),
        tag("pre", COMMANDS),
        tag("p", "With Python:"),
        tag("pre", PYTHON),
    )


def _class(word: str) -> str:
    return word.replace(" ", "-")
