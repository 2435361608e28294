"""
A one-page PDF with a title and lines of text, so that documents of the demo clinic open in a viewer.

Helvetica in Windows-1252 only: what it cannot write, `fits` says beforehand, and a text file is made instead.
Source: ISO 32000-1 sections 7.5 (file structure) and 9.4 (text).
"""

PAGE = (612, 792)
"""Letter, in points."""
MARGIN = 72


def fits(text: str) -> bool:
    """
    Whether Helvetica can write the *text*.

    >>> fits("Müller"), fits("王")
    (True, False)
    """
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def page(title: str, lines: list[str]) -> bytes:
    """The document's bytes; the same for the same words."""
    shown = [f"BT /F2 15 Tf {MARGIN} {PAGE[1] - MARGIN} Td ({_escaped(title)}) Tj ET"]
    for number, line in enumerate(lines):
        shown.append(f"BT /F1 10.5 Tf {MARGIN} {PAGE[1] - MARGIN - 32 - 15 * number} Td ({_escaped(line)}) Tj ET")
    stream = "\n".join(shown).encode("cp1252")
    fonts = "<< /F1 5 0 R /F2 6 0 R >>"
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE[0]} {PAGE[1]}] /Contents 4 0 R"
            f" /Resources << /Font {fonts} >> >>".encode(),
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
            _font("Helvetica"),
            _font("Helvetica-Bold"),
        ]
    )


def _font(name: str) -> bytes:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
