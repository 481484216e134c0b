#!/usr/bin/env python3
"""Writes golos-numbers.ttf, the few characters of Golos Text Semibold that numbers in symbols need, and golos-words.ttf, the
letters of Golos Text Regular in which a sheet says what it shows.

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
LATIN = "".join(chr(code) for code in range(0x20, 0x7F)) + "\u00a0«»°²·–—’“”…"
RUSSIAN = "".join(chr(code) for code in range(0x410, 0x450)) + "Ёё№"
FILES = {
    "golos-numbers.ttf": (600, {"latin": "0123456789 ,.kM", "cyrillic": "тысмлн"}),
    "golos-words.ttf": (400, {"latin": LATIN, "cyrillic": RUSSIAN, "latin-ext": "₽"}),
}


def cut(part: str, text: str, weight: int, folder: Path) -> str:
    """One face at one weight with the characters of `text` alone: outlines, widths and the licence."""
    font = TTFont(FACES / SOURCE.format(part), recalcTimestamp=False)
    font = instantiateVariableFont(font, {"wght": weight})
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


def write(name: str, weight: int, parts: dict[str, str]) -> None:
    with TemporaryDirectory() as folder:
        merged = Merger().merge([cut(part, text, weight, Path(folder)) for part, text in parts.items()])
    # The moment of the merge would make every run differ.
    merged.recalcTimestamp = False
    merged["head"].created = merged["head"].modified = TTFont(FACES / SOURCE.format("latin"))["head"].modified
    merged.save(HERE / name)


def main() -> None:
    for name, (weight, parts) in FILES.items():
        write(name, weight, parts)


if __name__ == "__main__":
    main()
