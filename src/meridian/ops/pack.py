"""
The evidence pack: files that an auditor reads and verifies alone, with a browser, `sha256sum` and `openssl`.

`index.html` and `index.json` say which file bears on which section of 45 CFR; `SHA256SUMS` has the hash of every file,
and `SHA256SUMS.sig` is its Ed25519 signature by the key that signs the audit logs. What was kept as evidence lies in it
as it was kept, with the signature of its own day.
"""

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from html import escape
from io import BytesIO
from pathlib import PurePosixPath
from typing import NamedTuple

from meridian.audit.checkpoint import Signer
from meridian.clock import instant
from meridian.ops.evidence import pem

SUMS, SIGNATURE, KEY = "SHA256SUMS", "SHA256SUMS.sig", "public-key.pem"


class Part(NamedTuple):
    """
    A file of the pack.

    Args:
        path: Within it.
        body: Its octets.
        says: What it is, in a sentence.
        sections: Of 45 CFR on which it bears, as `164.312(b)`.
    """

    path: str
    body: bytes
    says: str
    sections: tuple[str, ...]


README = """\
Evidence of {name}, made {at}.

Open index.html: it says what each file is and on which sections of 45 CFR it bears. index.json says the same to a
program. Nothing of Meridian is needed to read or to verify it.

That no file was changed:

    sha256sum --check SHA256SUMS

That the list itself is the one that was signed (OpenSSL 3.0 or later):

    openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig

Compare public-key.pem with a key that you were given by another way than this folder: it is the key of the audit logs,
which `meridian audit export` prints, and which every checkpoint is signed with. Its SHA-256 is

    {fingerprint}

Each file under evidence/ was signed on its own day, and is verified in the same way:

    openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in FILE.json -sigfile FILE.json.sig

The audit log itself is not in here, since it says whose records were read. It is exported by `meridian audit export`,
with a verifier of one file; the checkpoints under log/ say which log that must be.
"""
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1f24;background:#fff}
table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{border:1px solid #8c959f;padding:.4rem .6rem;text-align:left;vertical-align:top}th{background:#eef1f4}
code{font-size:.9em;overflow-wrap:anywhere}
"""


def page(title: str, body: str) -> bytes:
    """A plain HTML page."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    text = (
        f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body><h1>{escape(title)}</h1>\n{body}</body></html>\n'
    )
    return text.encode()


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of plain texts."""
    cells = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in rows)
    return f"<table><tr>{cells}</tr>\n{lines}</table>\n"


def as_json(value: object) -> bytes:
    """Readable JSON."""
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"


def bound(parts: Sequence[Part], *, name: str, at: int, signer: Signer, titles: Mapping[str, str]) -> dict[str, bytes]:
    """
    All files of a pack by path: *parts*, the index, the sums, the signature.

    Args:
        parts: What is in it.
        name: Of whom it speaks.
        at: When it is made, ms since the epoch.
        signer: Signs it.
        titles: What sections and paragraphs of 45 CFR are called, by citation; in the order of the index.

    Raises:
        ValueError: If two parts have the same path, or one lies outside.
    """
    fingerprint = sha256(signer.public).hexdigest()
    files = {part.path: part.body for part in parts}
    if len(files) != len(parts) or any(".." in PurePosixPath(path).parts or path.startswith("/") for path in files):
        raise ValueError("Parts of a pack have paths of their own, within it")
    files["README.txt"] = README.format(name=name, at=instant(at), fingerprint=fingerprint).encode()
    files["index.json"] = as_json(_index(parts, name, at, fingerprint, titles))
    files["index.html"] = _front(parts, name, at, titles)
    files[KEY] = pem(signer.public)
    files[SUMS] = "".join(f"{sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files)).encode()
    files[SIGNATURE] = signer.sign(files[SUMS])
    return files


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The same as one file."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in files.items():
            archive.writestr(path, body)
    return whole.getvalue()


def _bearing(parts: Sequence[Part], titles: Mapping[str, str]) -> dict[str, list[str]]:
    """Paths by section, in the order of *titles*."""
    found = {cite: [part.path for part in parts if cite in part.sections] for cite in titles}
    return {cite: paths for cite, paths in found.items() if paths}


def _index(parts: Sequence[Part], name: str, at: int, fingerprint: str, titles: Mapping[str, str]) -> dict[str, object]:
    return {
        "of": name,
        "made": instant(at),
        "key_sha256": fingerprint,
        "files": {part.path: {"says": part.says, "sections": list(part.sections)} for part in parts},
        "sections": _bearing(parts, titles),
    }


def _front(parts: Sequence[Part], name: str, at: int, titles: Mapping[str, str]) -> bytes:
    said = "".join(
        f'<tr><td><a href="{escape(part.path)}"><code>{escape(part.path)}</code></a></td><td>{escape(part.says)}</td>'
        f"<td>{', '.join(part.sections)}</td></tr>\n"
        for part in parts
    )
    by = "".join(
        f"<tr><td>{cite}</td><td>{escape(titles[cite])}</td><td>"
        + "<br>".join(f'<a href="{escape(path)}"><code>{escape(path)}</code></a>' for path in paths)
        + "</td></tr>\n"
        for cite, paths in _bearing(parts, titles).items()
    )
    body = (
        f"<p>Made {instant(at)}. How to verify it: <a href='README.txt'>README.txt</a>.</p>\n"
        f"<h2>Files</h2>\n<table><tr><th>file</th><th>what it is</th><th>45 CFR</th></tr>\n{said}</table>\n"
        f"<h2>By section of 45 CFR</h2>\n<table><tr><th>section</th><th></th><th>files</th></tr>\n{by}</table>\n"
    )
    return page(f"Evidence of {name}", body)
