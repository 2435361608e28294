"""What of a good kind could still do harm."""

import time
from collections.abc import Callable

import pytest

from meridian.documents.checking.builtin import harm
from meridian.documents.checking.kinds import BY_MEDIA, FILM, Kind, identify, recorded
from meridian.documents.checking.sight import CHUNK, Sight
from meridian.testing import samples

See = Callable[[bytes], Sight]
PDF, TEXT = BY_MEDIA["application/pdf"], BY_MEDIA["text/plain; charset=utf-8"]
DOCX = next(kind for kind in BY_MEDIA.values() if "docx" in kind.endings)
SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"

ACTING = {
    "a script": samples.pdf(SCRIPT),
    "a script spelt with escapes": samples.pdf(b"<< /S /J#61v#61Script /JS (x) >>"),
    "a script spelt all in escapes": samples.pdf(b"<< /S /#4aavaScript /JS (x) >>"),
    "a script in an object stream": samples.pdf(samples.packed(SCRIPT)),
    "a script in an object stream whose type is escaped": samples.pdf(
        samples.packed(SCRIPT).replace(b"/ObjStm", b"/Ob#6aStm")
    ),
    "a script in an object stream with its filter in a list": samples.pdf(
        samples.packed(SCRIPT, filters=b"[ /FlateDecode ]")
    ),
    "a script far behind": samples.pdf(b"<< >>\nstream\n" + bytes(3 * CHUNK) + b"\nendstream", SCRIPT),
    "a program to start": samples.pdf(b"<< /S /Launch /F (cmd.exe) >>"),
    "a file inside": samples.pdf(b"<< /Type /EmbeddedFile >>"),
    "a form that sends itself": samples.pdf(b"<< /S /SubmitForm /F (https://x.example) >>"),
    "a film": samples.pdf(b"<< /Subtype /RichMedia >>"),
    "a form with a program": samples.pdf(b"<< /XFA [] >>"),
}


@pytest.mark.parametrize("what", ACTING)
def test_a_pdf_that_acts_is_refused(see: See, what: str) -> None:
    assert harm(see(ACTING[what]), PDF).startswith("The PDF holds")


OPAQUE = {
    "an unusual filter": samples.pdf(samples.packed(SCRIPT, filters=b"[/ASCIIHexDecode /FlateDecode]")),
    "a filter that stands elsewhere": samples.pdf(samples.packed(SCRIPT, filters=b"9 0 R")),
    "a damaged stream": samples.pdf(samples.packed(b"x").replace(b"stream\n\x78", b"stream\n\x00")),
    "a password": samples.pdf(samples.packed(b"x"), b"<< /Encrypt << /V 4 >> >>"),
    "a bomb": samples.pdf(samples.packed(bytes(80 * 1024 * 1024))),
}


@pytest.mark.parametrize("what", OPAQUE)
def test_a_pdf_that_cannot_be_looked_into_is_refused_with_the_way_out(see: See, what: str) -> None:
    assert harm(see(OPAQUE[what]), PDF)


def test_a_plain_pdf_is_harmless(see: See) -> None:
    plain = samples.pdf(
        samples.packed(b"<< /Type /Page >>"), b"<< /OpenAction [3 0 R /Fit] /URI (https://a.example) >>"
    )

    assert harm(see(plain), PDF) == ""


RELATION = (
    b'<Relationship Id="a" Type="http://x/relationships/%b" Target="http://evil.example/a" TargetMode="External"/>'
)
MACROS = {
    "macros": samples.docx(word__vbaProject_DOT_bin=b"x"),
    "macros by their type": samples.archive(
        {"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml": b"x"}
    ),
    "an embedded program": samples.docx(word__embeddings__oleObject1_DOT_xlsx=b"x"),
    "a control": samples.docx(word__activeX__activeX1_DOT_xml=b"x"),
    "a template from elsewhere": samples.docx(word___rels__settings_DOT_xml_DOT_rels=RELATION % b"attachedTemplate"),
    "a bomb": samples.docx(word__media__a_DOT_png=bytes(50 * 1024 * 1024)),
    "a way out": samples.archive(
        {"[Content_Types].xml": b"x", "word/document.xml": b"x", "../../../etc/cron.d/x": b"x"}
    ),
}


@pytest.mark.parametrize("what", MACROS)
def test_a_word_document_that_acts_or_bursts_is_refused(see: See, what: str) -> None:
    assert harm(see(MACROS[what]), DOCX)


def test_a_plain_word_document_with_a_link_is_harmless(see: See) -> None:
    assert harm(see(samples.docx(word___rels__document_DOT_xml_DOT_rels=RELATION % b"hyperlink")), DOCX) == ""


HOSTILE = {
    "names without end": (samples.pdf(b"/ObjStm " * 500_000), PDF),
    "tags that are never closed": (
        samples.docx(word___rels__a_DOT_rels=b"".join(b"<Relationship %d " % n for n in range(150_000))), DOCX),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_made_to_take_long_is_looked_at_in_time(see: See, what: str) -> None:
    body, kind = HOSTILE[what]
    began = time.process_time()

    harm(see(body), kind)

    assert time.process_time() - began < 20


@pytest.mark.parametrize("at", [0, CHUNK - 30, 2 * CHUNK + 5])
def test_the_test_virus_is_found_wherever_it_is(see: See, at: int) -> None:
    assert "EICAR" in harm(see(b"." * at + samples.EICAR + b"." * 50), TEXT)


def test_a_file_of_no_known_kind_is_not_called_harmless(see: See) -> None:
    assert harm(see(b"x"), None)


@pytest.mark.parametrize("kind", BY_MEDIA.values(), ids=lambda kind: str(kind.media))
def test_every_kind_can_be_looked_at(see: See, kind: Kind) -> None:
    made = {
        "pdf": samples.pdf(), "png": samples.png(), "jpg": samples.jpeg(), "webp": samples.webp(),
        "heic": samples.heic(), "dcm": samples.dicom(), "tif": samples.tiff(), "docx": samples.docx(), "txt": b"x",
        "webm": samples.webm(),
    }  # fmt: skip
    [name] = set(made) & kind.endings

    assert (recorded(see(made[name])) if kind is FILM else identify(see(made[name]), f"a.{name}")) is kind
    assert harm(see(made[name]), kind) == ""
