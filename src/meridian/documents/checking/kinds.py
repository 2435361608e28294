"""
The kinds of file that a record may hold, and which of them a file is.

A short list on purpose: what a clinic gets from scanners, phones, laboratories and Word, in forms whose whole structure
can be walked. What could run (HTML, SVG, anything with a script) is not on it, nor archives, whatever is in them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from meridian.documents.checking import films, images, office, pdf, plain
from meridian.documents.checking.naming import MARKUP, ends_as_archive, named
from meridian.documents.checking.sight import Sight
from meridian.faults import Invalid, Issue


@dataclass(frozen=True, slots=True)
class Kind:
    """
    One kind of file.

    Args:
        name: As people say it, after "a" or "an".
        media: Its media type, under which it is handed out.
        endings: Of file names.
        walks: Whether a file is of this kind, from end to end.
        shown: What could show it: `pdf`, `image`, `text`, or `other` for what is only kept.
        inline: Whether a browser may show it on its own.
    """

    name: str
    media: str
    endings: frozenset[str]
    walks: Callable[[Sight], bool]
    shown: str = "other"
    inline: bool = False


def _kind(  # a row of the table below
    name: str, media: str, endings: str, walks: Callable[[Sight], bool], shown: str = "other", *, inline: bool = False
) -> Kind:
    return Kind(name, media, frozenset(endings.split()), walks, shown, inline)


KINDS = (
    _kind("a PDF", "application/pdf", "pdf", pdf.pdf, "pdf", inline=True),
    _kind("a PNG picture", "image/png", "png", images.png, "image", inline=True),
    _kind("a JPEG picture", "image/jpeg", "jpg jpeg jfif", images.jpeg, "image", inline=True),
    _kind("a WebP picture", "image/webp", "webp", images.webp, "image", inline=True),
    _kind("a HEIC picture", "image/heic", "heic heif avif", images.heic),
    _kind("a DICOM image", "application/dicom", "dcm dicom", plain.dicom),
    _kind("a TIFF picture", "image/tiff", "tif tiff", images.tiff),
    _kind(
        "a Word document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
        office.docx,
    ),
    _kind("a text file", "text/plain; charset=utf-8", "txt text log csv", plain.text, "text"),
)
FILM = _kind("a WebM recording", "video/webm", "webm", films.webm)
"""Of a visit, as a browser makes it; nobody sends one in as a document."""
BY_MEDIA = {kind.media: kind for kind in (*KINDS, FILM)}
TAKEN = "PDF, PNG, JPEG, WebP, HEIC, TIFF, DICOM, Word (DOCX) and text"
LONGEST_NAME = 120
_UNFIT = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def identify(sight: Sight, name: str) -> Kind:
    """
    Which kind of file it is that is called *name*.

    Raises:
        Invalid: If it is none that is taken, or not what its name says; in words for its sender.
    """
    head, found = sight.at(0, 1024), _found(sight)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if found is None:
        raise _refused(f"This is {named(head)}. Taken are: {TAKEN}")
    if ending not in found.endings:
        said = f"its name ends in “.{ending[:10]}”" if ending else "its name has no ending"
        raise _refused(f"This is {found.name}, but {said}: give it the right name and send it again")
    return found


def recorded(sight: Sight) -> Kind:
    """
    The kind of what a browser recorded.

    Raises:
        Invalid: If it is no such recording.
    """
    try:
        good = FILM.walks(sight) and not _two_things(sight)
    except ValueError:
        good = False
    if not good:
        raise _refused("This is not a recording of a visit")
    return FILM


def _found(sight: Sight) -> Kind | None:
    try:
        found = next((kind for kind in KINDS if kind.walks(sight)), None)
    except ValueError:
        return None
    if found is not None and found.walks is not office.docx and _two_things(sight):
        raise _refused(f"This is {found.name} and something else at the same time")
    return found


def _two_things(sight: Sight) -> bool:
    """Whether it would open as a web page or an archive too."""
    tail = sight.at(max(0, sight.size - 70_000), 70_000)
    return MARKUP.search(sight.at(0, 1024)) is not None or ends_as_archive(tail)


def safe_name(name: str) -> str:
    r"""
    A file's name as it is kept: no path, no characters that cannot be seen or turn the writing round.

    >>> safe_name("../../etc/pass\u202ewd.pdf")
    'passwd.pdf'
    """
    last = re.split(r"[/\\]", name)[-1]
    plain_name = _UNFIT.sub("", last).strip(" .") or "file"
    stem, dot, ending = plain_name.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if dot else plain_name[:LONGEST_NAME]


def of_media(media: str) -> Kind | None:
    """The kind whose bytes are handed out under that media type."""
    return BY_MEDIA.get(media)


def _refused(text: str) -> Invalid:
    return Invalid(text, issues=(Issue("value", text, "name"),))
