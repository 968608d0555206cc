"""What two versions of a document say differently, read without what they say alike.

Canonical Turtle has a block for each subject. Blocks that are the same in both, byte for byte, are not parsed
where it is sure that every block is one statement, and that no other block is about the same subject. Where
that is not sure nothing is told, and both are to be read whole: so it is with comments, long or single
quotes, escapes outside of texts, blank nodes, lists, and statements that share a line.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from fellesord.errors import InvalidData
from fellesord.rdf.reading import parse

#: Bytes that a document has to have; one that is smaller is as quickly read whole.
LARGE = 1 << 16
_HEAD = re.compile(rb"@base <((?:(?!/\.)[^<>\\\s])+/)> \.\n((?:@prefix [A-Za-z0-9-]+: <[^<>\\\s]+> \.\n)*)\n")
_PREFIX = re.compile(rb"@prefix ([A-Za-z0-9-]+): <([^<>\\\s]+)> \.")
_IRI = re.compile(rb"<[^<>\s]*>")
#: What may not stand outside of texts and IRIs: other quotes, comments, escapes, lists and blank nodes.
_ODD = (b"'", b"#", b"\\", b"(", b")", b"<", b">", b"[", b"]", b"_:")
#: Nor may a full stop that neither ends a block nor stands in a number; or a directive.
_STOP = re.compile(rb"\.(?!\n\n|(?<=[0-9]\.)[0-9])")
_DIRECTIVE = re.compile(rb"\n\s*(?:base|prefix)\s", re.IGNORECASE)
#: Subjects, a line each, that are spelt as an absolute IRI, as one below the base, or with a prefix.
_SUBJECTS = re.compile(
    rb"(?:(?:<[a-z][a-z0-9+.-]*:[^<>\\\s]*>|<[a-z0-9_][a-z0-9_/#-]*>|[a-z0-9-]*:[a-z0-9_-]*)\n)*",
    re.IGNORECASE,
)
Triples = frozenset[ox.Triple]


def differing(before: bytes, after: bytes, path: str) -> tuple[Triples, Triples] | None:
    """All that two versions say of the subjects of which they do not say the same.

    ``None`` where that cannot be told without reading all. What is wrong in both alike is not told.
    """
    one, other = _Blocks.of(before), _Blocks.of(after)
    if one is None or other is None or one.base != other.base:
        return None
    if any(other.prefixes.get(prefix) != iri for prefix, iri in one.prefixes.items()):
        return None
    if not _each_is_one_statement(one.blocks | other.blocks):
        return None
    alike = one.blocks & other.blocks
    try:
        then, now = one.read(one.blocks - alike, path), other.read(other.blocks - alike, path)
    except InvalidData:
        return None  # whole, the document has the error on its right line
    subjects = {block.split(None, 1)[0] for block in alike}
    listed = b"".join([b"%b\n" % each for each in subjects])
    if not _SUBJECTS.fullmatch(listed):
        return None
    changed = {str(triple.subject)[1:-1].encode() for triple in then | now}
    return None if subjects & other.spellings(changed) else (then, now)


@dataclass(frozen=True)
class _Blocks:
    """A document by its blank lines: its head, and the blocks below."""

    head: bytes
    base: bytes
    prefixes: dict[bytes, bytes]
    blocks: frozenset[bytes]

    @classmethod
    def of(cls, data: bytes) -> "_Blocks | None":
        head = _HEAD.match(data)
        if head is None:
            return None
        blocks = frozenset(data[head.end() :].removesuffix(b"\n").split(b"\n\n"))
        return cls(head[0], head[1], dict(_PREFIX.findall(head[2])), blocks)

    def read(self, blocks: Iterable[bytes], path: str) -> Triples:
        """What some of the blocks say. Raises InvalidData."""
        return frozenset(parse(self.head + b"\n\n".join(blocks), ox.RdfFormat.TURTLE, path).triples)

    def spellings(self, iris: Iterable[bytes]) -> set[bytes]:
        """The ways in which IRIs may be spelt here."""
        found = set()
        for iri in iris:
            found |= {b"<%b>" % iri, b"<%b>" % iri.removeprefix(self.base)}
            found |= {
                b"%b:%b" % (prefix, iri[len(name) :])
                for prefix, name in self.prefixes.items()
                if iri.startswith(name)
            }
        return found


def _each_is_one_statement(blocks: Iterable[bytes]) -> bool:
    """Whether no block can be read otherwise than as one statement, up to the full stop at its end."""
    text = b"\n\n".join((b"", *blocks, b""))
    if b"\\" in text:
        text = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    around = text.split(b'"')
    outside = set(around[::2])
    if len(around) % 2 == 0 or b"" in outside:  # quotes that are not closed, or three in a row
        return False
    # In no order, each after a quote: what is odd is so by what is next to it.
    rest = _IRI.sub(b" ", b'"'.join((b"", *outside)))
    return (
        not any(each in rest for each in _ODD)
        and not _STOP.search(rest)
        and not _DIRECTIVE.search(rest)
        and rest.count(b"\n\n") == rest.count(b".\n\n") + 1
        and rest.count(b"@") == rest.count(b'"@')
    )
