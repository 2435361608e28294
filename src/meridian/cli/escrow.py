"""A share of the master key as a page to be printed and put into an envelope."""

import io
from pathlib import Path
from string import Template

from meridian.vault.escrow import Share
from meridian.vault.files import create_file

PAGE = Template("""<!doctype html>
<meta charset="utf-8">
<title>Share $place of $count</title>
<style>
body { font: 12pt/1.5 serif; max-width: 17cm; margin: 1.5cm auto; }
code { display: block; font: 15pt/1.7 monospace; border: 1pt solid; padding: 8pt; }
svg { width: 6cm; height: 6cm; }
</style>
<h1>$title: share $place of $count</h1>
<p>This is one of $count shares of the master key of the patient records (generation $generation, set $set).
Any $needed of them, put together, open the records and every backup. One alone opens nothing and says nothing.</p>
<p><strong>Keep it sealed, apart from the other shares, and apart from the backups.</strong>
Hand it only to somebody whom the security officer has named to you in person.
If this envelope was opened, say so at once: the key is then changed, and you get a new share.</p>
<code>$words</code>
<p>$picture</p>
<p>To use it: on the machine where records are restored, run <tt>meridian key join</tt> and type or scan $needed shares.
Capital and small letters are the same; there is no letter O, I or L.</p>
<p>Kept by: ______________________ Sealed on: ______________ Signature: ______________________</p>
""")


def pages(folder: Path, shares: list[Share], title: str) -> list[Path]:
    """A page for each share in *folder*, for its owner alone."""
    import segno  # noqa: PLC0415  # only here

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = []
    for share in shares:
        picture = io.BytesIO()
        segno.make(share.words.replace(" ", ""), error="q").save(picture, kind="svg", xmldecl=False, omitsize=True)
        page = PAGE.substitute(
            title=title,
            place=share.place,
            count=len(shares),
            needed=share.needed,
            generation=share.generation,
            set=share.set.hex(),
            words=share.words,
            picture=picture.getvalue().decode(),
        )
        path = folder / f"share-{share.place}-of-{len(shares)}.html"
        create_file(path, page.encode())
        written.append(path)
    return written
