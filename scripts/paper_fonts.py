"""
Make the fonts that `meridian.paper` prints with: `python scripts/paper_fonts.py NOTO_SANS.ttf DEJAVU_SANS.ttf`.

Noto Sans is a variable font of 2 MB whose instances take seconds to make, so that its regular and bold are made once,
here. DejaVu Sans brings the scripts that it lacks. Both may be changed and passed on (see the licences beside them);
neither reserves its name against that.
"""

import sys
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FONTS = Path(__file__).parents[1] / "src/meridian/paper/fonts"
LATIN_GREEK_CYRILLIC = [*range(0x20, 0x530), *range(0x1C80, 0x1C90), *range(0x1D00, 0x2000), *range(0x2000, 0x2270)]
FURTHER = [*range(0xA640, 0xA7FF), *range(0xAB30, 0xAB70), *range(0xFB00, 0xFB07), 0xFFFD]
OTHERS = [*range(0x530, 0x700), *range(0x10A0, 0x1100), *range(0x2190, 0x2800), *range(0xFB13, 0xFEFF)]
"""Armenian, Hebrew, Arabic, Georgian, arrows and symbols, presentation forms."""


def main(noto: str, dejavu: str) -> None:
    """Write the three files."""
    for name, weight in (("NotoSans-Regular", 400), ("NotoSans-Bold", 700)):
        font = instantiateVariableFont(TTFont(noto), {"wght": weight, "wdth": 100}, updateFontNames=True)
        _keep(font, [*LATIN_GREEK_CYRILLIC, *FURTHER], name, ["kern", "mark", "mkmk", "locl"])
    _keep(TTFont(dejavu), OTHERS, "DejaVuSans-Others", ["*"])


def _keep(font: Any, wanted: list[int], name: str, features: list[str]) -> None:
    options = Options(hinting=False, layout_features=features, name_IDs=["*"], notdef_outline=True, glyph_names=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(FONTS / f"{name}.ttf")


if __name__ == "__main__":
    main(*sys.argv[1:])
