#!/usr/bin/env python3
"""Writes golos-numbers.ttf: the few characters of Golos Text Semibold that numbers in symbols need.

    pip install fonttools==4.* brotli && python3 tiles/derive_numbers.py

Takes the variable faces that the page has from npm (`make web` fetches them).
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).parent
FACES = HERE.parent / "web/node_modules/@fontsource-variable/golos-text/files"
SOURCE = "golos-text-{}-wght-normal.woff2"
WEIGHT = 600
PARTS = {"latin": "0123456789 ,.kM", "cyrillic": "тысмлн"}


def cut(part: str, text: str, folder: Path) -> str:
    """One face at one weight with the characters of `text` alone: outlines, widths and the licence."""
    font = TTFont(FACES / SOURCE.format(part), recalcTimestamp=False)
    font = instantiateVariableFont(font, {"wght": WEIGHT})
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = False
    options.name_IDs = [0, 1, 2, 13, 14]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "STAT", "DSIG", "gasp", "BASE", "MVAR", "HVAR", "avar"]
    subsetter = Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    font.flavor = None
    file = folder / f"{part}.ttf"
    font.save(file)
    return str(file)


def main() -> None:
    with TemporaryDirectory() as folder:
        merged = Merger().merge([cut(part, text, Path(folder)) for part, text in PARTS.items()])
    # The moment of the merge would make every run differ.
    merged.recalcTimestamp = False
    merged["head"].created = merged["head"].modified = TTFont(FACES / SOURCE.format("latin"))["head"].modified
    merged.save(HERE / "golos-numbers.ttf")


if __name__ == "__main__":
    main()
