"""What a file is, is what its bytes are from end to end; its name only has to agree."""

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meridian.documents.checking.kinds import KINDS, identify, recorded, safe_name
from meridian.documents.checking.naming import named
from meridian.documents.checking.sight import CHUNK, Sight
from meridian.faults import Invalid
from meridian.testing import samples

See = Callable[[bytes], Sight]

GOOD = {
    "scan.pdf": samples.pdf(),
    "scan.PNG": samples.png(),
    "photo.jpg": samples.jpeg(),
    "photo.jpeg": samples.jpeg(after=b"\0" * 100 + b"ftypmp42 a short film"),
    "photo.webp": samples.webp(),
    "photo.heic": samples.heic(),
    "fax.tif": samples.tiff(),
    "knee.dcm": samples.dicom(),
    "letter.docx": samples.docx(),
    "note.txt": "Müller, 王: 3 < 5 & 7 > 2\n".encode(),
}


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_that_is_taken_is_known(see: See, name: str) -> None:
    assert name.rpartition(".")[2].lower() in identify(see(GOOD[name]), name).endings


HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
LIES = [
    ("scan.pdf", HTML, "a web page"),
    ("scan.png", SVG, "an SVG drawing"),
    ("photo.jpg", b"MZ\x90\0" + bytes(200), "a Windows program"),
    ("note.txt", b"#!/bin/sh\nrm -rf /\n", "a script"),
    ("note.txt", b"hello <SCRIPT src=x></SCRIPT>", "not known here"),
    ("note.txt", b"\x7fELF" + bytes(100), "a Linux program"),
    ("note.txt", b"caf\xe9 in latin-1", "not known here"),
    ("scan.pdf", samples.archive({"a.txt": b"x"}), "a ZIP archive"),
    ("letter.docx", samples.archive({"a.txt": b"x"}), "a ZIP archive"),
    ("letter.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "macros"),
    ("scan.png", samples.jpeg(), "a JPEG picture"),
    ("scan.pdf", samples.png(), "a PNG picture"),
    ("scan", samples.png(), "a PNG picture"),
    ("scan.pdf.exe", samples.pdf(), "a PDF"),
    ("scan.pdf", b"\xef\xbb\xbf" + HTML, "a web page"),
    ("scan.pdf", b"<!-- %PDF-1.4 -->" + HTML, "a web page"),
    ("data.csv", b'{"a": 1}' + b"\0", "a JSON file"),
]


@pytest.mark.parametrize(("name", "body", "words"), LIES)
def test_a_file_that_is_not_what_it_is_called_is_refused_by_what_it_is(
    see: See, name: str, body: bytes, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        identify(see(body), name)


BOTH = samples.archive({"evil.class": b"x"})
POLYGLOTS = [
    ("scan.pdf", samples.pdf(after=BOTH)),
    ("scan.pdf", samples.pdf(before=b"%<html><script>alert(1)</script>\n")),
    ("scan.pdf", b"<html>" + samples.pdf()),
    ("scan.pdf", b"MZ" + samples.pdf()),
    ("scan.pdf", samples.pdf(after=HTML)),
    ("scan.png", samples.png(after=BOTH)),
    ("scan.png", samples.png(after=HTML)),
    ("scan.png", samples.png()[:-12]),
    ("scan.png", samples.png()[:40] + b"\0" + samples.png()[41:]),
    ("photo.jpg", samples.jpeg(after=BOTH)),
    ("photo.jpg", samples.jpeg(after=b" " * 1000 + HTML)),
    ("photo.jpg", samples.jpeg(after=samples.pdf())),
    ("photo.jpg", samples.jpeg()[:-2]),
    ("photo.jpg", b"\xff\xd8\xff" + HTML),
    ("photo.webp", samples.webp() + BOTH),
    ("photo.webp", samples.webp()[:-1]),
    ("fax.tif", samples.tiff() + BOTH),
    ("photo.heic", samples.heic() + HTML),
    ("knee.dcm", samples.dicom(b"MZ" + bytes(126))),
    ("knee.dcm", samples.dicom(b"#!/bin/sh\n" + bytes(118))),
    ("letter.docx", b"MZ" + samples.docx()),
    ("letter.docx", samples.pdf() + samples.docx()),
]


@pytest.mark.parametrize(("name", "body"), POLYGLOTS)
def test_a_file_that_is_two_things_is_neither(see: See, name: str, body: bytes) -> None:
    with pytest.raises(Invalid):
        identify(see(body), name)


BOMBS = [
    ("scan.png", samples.png(65_000, 65_000)),
    ("scan.png", samples.png(0, 5)),
    ("photo.jpg", samples.jpeg(width=65_000, height=65_000)),
]


@pytest.mark.parametrize(("name", "body"), BOMBS)
def test_a_picture_that_unpacks_to_too_much_is_refused(see: See, name: str, body: bytes) -> None:
    with pytest.raises(Invalid, match="unpack"):
        identify(see(body), name)


def test_a_tiff_whose_directories_go_in_a_circle_is_refused(see: See) -> None:
    body = bytearray(samples.tiff())
    body[-4:] = (8).to_bytes(4, "little")

    with pytest.raises(Invalid):
        identify(see(bytes(body)), "fax.tif")


def test_an_empty_chunk_train_does_not_hang(see: See) -> None:
    endless = samples.png()[:33] + samples._chunk(b"tEXt", b"") * 200_000

    with pytest.raises(Invalid):
        identify(see(endless), "scan.png")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=600), head=st.sampled_from([b"", *(one[:12] for one in GOOD.values())]))
def test_whatever_comes_is_known_or_refused(see: See, body: bytes, head: bytes) -> None:
    for kind in KINDS:
        name = f"x.{min(kind.endings)}"
        try:
            found = identify(see(head + body), name)
        except Invalid:
            continue
        assert found is kind


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(GOOD)), place=st.integers(0, 5000), byte=st.integers(0, 255))
def test_a_spoilt_file_is_never_another_kind(see: See, name: str, place: int, byte: int) -> None:
    body = bytearray(GOOD[name])
    body[place % len(body)] = byte
    try:
        found = identify(see(bytes(body)), name)
    except Invalid:
        return
    assert name.rpartition(".")[2].lower() in found.endings


def test_a_large_picture_is_walked_by_a_few_chunks(see: See) -> None:
    body = samples.jpeg()[:-2] + bytes(8 * CHUNK) + b"\xff\xd9"
    sight = see(body)

    assert identify(sight, "photo.jpg").media == "image/jpeg"
    assert len(sight._known) <= 4


@given(st.text(max_size=300))
def test_a_kept_name_has_no_path_and_nothing_unseen(name: str) -> None:
    kept = safe_name(name)

    assert kept
    assert len(kept) <= 130
    assert not set(kept) & set("/\\\0\n\u202e")


def test_many_comments_take_no_time() -> None:
    began = time.process_time()

    assert "not known" in named(b"<!---->" * 140 + b"x")
    assert "not known" in named(b"<!--" * 250)

    assert time.process_time() - began < 0.5


def test_what_a_browser_records_is_walked_to_its_end(see: See) -> None:
    assert recorded(see(samples.webm())).media == "video/webm"
    assert recorded(see(samples.webm(blocks=2000))).media == "video/webm"


@pytest.mark.parametrize(
    "body",
    [
        samples.webm(doc=b"matroska"),
        samples.webm(after=b"x"),
        samples.webm(after=HTML),
        samples.webm()[:-3],
        samples.webm(between=b"\x19\x41\xa4\x69\x84abcd"),  # attachments
        samples.webm(between=b"\xec\x84PK\5\6", after=b"\xec\x96PK\5\6" + bytes(18)),
        samples.archive({"a.txt": b"x"}),
        samples.pdf(),
        b"\x1a\x45\xdf\xa3",
        b"\x18\x53\x80\x67" + b"\x01" + b"\xff" * 7,
        b"",
    ],
)
def test_what_is_not_quite_a_recording_is_none(see: See, body: bytes) -> None:
    with pytest.raises(Invalid):
        recorded(see(body))


def test_nobody_sends_a_film_in_as_a_document(see: See) -> None:
    with pytest.raises(Invalid):
        identify(see(samples.webm()), "visit.webm")
