"""Write ``tests/data/collation.tsv``, ICU's order of texts, which judges ours. Needs PyICU (Debian: python3-icu).

``/usr/bin/python3 tests/icu_order.py``; texts that ICU holds equal stand on one line.
"""

import itertools
import random
import re
from functools import cmp_to_key
from pathlib import Path

import icu

ROOT = Path(__file__).parents[1]
TAGS = ("nb", "nn", "en", "se")
LETTERS = "aáàâäåæbcčçdđðeéèêfgǧǥhiíïjkǩlmnńñŋoóòôöøœpqrsštŧþuúüvwxyýzžʒǯ"
WORDS = """aa Aa AA å Å æ Æ ø Ø ä Ä ö Ö á Á č Č đ Đ ŋ Ŋ š Š ŧ Ŧ ž Ž
Aasen Aase Åsane Asker Askøy Aagaard Ågård Aker Akershus Azur Zebra Ås Aas As aas ås Aurskog Høland Håland Haaland Hadeland
bakke Bakke bakken bak-ke bakke- bakkeå bakkeø resume resumé résumé Résumé cote côte coté côté
ærlig aerlig Ærfugl ørn oern örn ørret årsverk aarsverk Aarsverk årsak Arsak éclair eclair idé ide ideutvikling idéutvikling
čáhci cáhci cahci čáhcci ceavvi davvi đavvi dávvir dadjat náma nama ŋáhcu njálbmi nuorra oahppa sápmi Sápmi sapmi šaddat stuoris
tatra ŧatra uksi žiŋka zuluk Ruoŧŧa Romsa Finnmárku Kárášjohka Guovdageaidnu Deatnu Unjárga Porsáŋgu Loabát Álaheadju Ábeš Abe
strasse straße thor þor
"""
NUMBERED = """1 2 3 9 10 11 17 100 1.1 1.2 1.10 17.2 17.17 17.17.1 2a 2b 10a 2 b|A 2|A 10|A 2 b|2020|2024|B2|B10|Mål 9|Mål 17|
NO02|NO020|NO0A1|mål 17.2|mål 17.17"""
SIGNS = """felles løsning|felles-løsning|felles løsninger|fellesløsning|fellesløysing|felles (løsning)|felles, løsning|
felles/løsning|felles – løsning|«felles»|felles "løsning"|felles løsning & drift|felles løsning + drift|før-kommersiell|førkommersiell|før kommersiell|
nytte-kostnadsanalyse|nyttekostnadsanalyse|nytte kostnad|ex post|ex-post|ex post-evaluering|KS|ks|Ks|kS|lean|Lean|lean-metodikk|lean metodikk"""


def texts() -> list[str]:
    """What is sorted: letters alone and in words, names, numbers, signs, and the terms of the vocabulary."""
    drawn = random.Random(1)
    found = [
        *WORDS.split(),
        *re.split(r"[|\s]*[|\n][|\s]*", SIGNS),
        *NUMBERED.split("|"),
        *LETTERS,
        *LETTERS.upper(),
    ]
    found += ["".join(pair) for pair in drawn.sample(list(itertools.product(LETTERS, LETTERS)), 400)]
    found += ["".join(drawn.choices(LETTERS + LETTERS.upper(), k=4)) for _ in range(300)]
    for file in sorted((ROOT / "vocab/concept").glob("[a-f]*.ttl")):
        found += re.findall(r'"([^"]{1,40})"@(?:nb|nn|en)', file.read_text("utf-8"))
    # ICU reads a and á as aa with a mark on it, which no language writes.
    return sorted({" ".join(text.split()) for text in found if not re.search("a[áàâ]", text.lower())} - {""})


def main() -> None:
    lines = [
        f"# ICU {icu.ICU_VERSION}, numbers by size: a language, and texts in its order; equal ones on one line."
    ]
    for tag in TAGS:
        collator = icu.Collator.createInstance(icu.Locale(f"{tag}-u-kn-true"))
        ordered = sorted(texts(), key=cmp_to_key(collator.compare))
        for text, before in zip(ordered, [None, *ordered], strict=False):
            if before is not None and collator.compare(before, text) == 0:
                lines[-1] += f"\t{text}"
            else:
                lines.append(f"{tag}\t{text}")
    (ROOT / "tests/data/collation.tsv").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
