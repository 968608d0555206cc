"""What differs in a large document is told without reading what does not, and the same as when all is read."""

from itertools import product

import pyoxigraph as ox
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from fellesord.errors import InvalidData
from fellesord.rdf import turtle
from fellesord.rdf.reading import parse
from fellesord.releases.difference import between
from fellesord.releases.editions import Edition
from fellesord.releases.parts import LARGE, differing

BASE = "https://fellesord.example/id/"
HEAD = f"@base <{BASE}> .\n@prefix e: <http://e.example/> .\n@prefix own: <{BASE}concept/> .\n\n"
UNDECLARED = "<concept/c> nothing:p 1 ."
#: Blocks of which many are about the same subject in another spelling, or hide a statement or a directive.
BLOCKS = (
    '<concept/a>\n    e:p "x"@nb ;\n    e:q 1.5 .',
    '<concept/a>\n    e:p "y"@nb ;\n    e:q 1.5 .',
    '<concept/b>\n    e:p "x. y . z" , "\\"" , "\\\\" , "" .',
    '<concept/b>\n    e:p "<a> e:b <c> ." ;\n    e:q <http://e.example/q#a> .',
    f'<{BASE}concept/a>\n    e:p "x"@nb .',
    f'<{BASE}concept/../concept/a>\n    e:p "x"@nb .',
    '<../id/concept/a>\n    e:p "x"@nb .',
    'own:a\n    e:p "x"@nb .',
    'own:\\u0061 e:p "x"@nb .',
    '<concept/\\u0061> e:p "x"@nb .',
    '<concept/c>\n    e:p e:o . <concept/a> e:p "x"@nb .',
    '<concept/c>\n    e:p "o".<concept/a> e:p "x"@nb .',
    '<concept/c>\n    e:p "o"@en.own:a e:p "x"@nb .',
    '<concept/c>\n    e:q 1 .\n<concept/a> e:p "x"@nb .',
    "<concept/c> e:p 'o' . <concept/a> e:p 'x'@nb .",
    '<concept/c> e:p """o" .\n\n<concept/a> e:p "x"@nb .\n\n<concept/d> e:p "o""" .',
    '<concept/c> e:p """o',
    'o""" .',
    '<concept/c> e:p "o" # . <concept/a> e:p "x"@nb .\n .',
    '# <concept/a> e:p "x"@nb .',
    "@prefix e: <http://other.example/> .",
    "PREFIX e: <http://other.example/>",
    "@base <http://other.example/> .",
    'BASE <http://other.example/>\n<concept/e> e:p "x"@nb .',
    '<concept/c>\n    e:p',
    '"o" .',
    '<concept/c> e:p "o .',
    "<concept/c> e:p _:b .",
    "<concept/c> e:p [ e:q 1 ] .",
    "<concept/c> e:p ( 1 ) .",
    UNDECLARED,
)  # fmt: skip


def document(blocks: tuple[str, ...], head: str = HEAD) -> bytes:
    return (head + "\n\n".join(blocks) + "\n").encode()


def whole(data: bytes) -> frozenset[ox.Triple]:
    return frozenset(parse(data, ox.RdfFormat.TURTLE, "all.ttl").triples)


@settings(deadline=None)
@given(st.lists(st.sampled_from(BLOCKS), max_size=4), st.lists(st.sampled_from(BLOCKS), max_size=4))
@example(list(BLOCKS[:1]), [*BLOCKS[1:4]])
def test_what_is_told_is_what_reading_all_tells(one: list[str], other: list[str]) -> None:
    before, after = document(tuple(one)), document(tuple(other))
    try:
        then, now = whole(before), whole(after)
    except InvalidData:
        assume(False)
    if (told := differing(before, after, "all.ttl")) is not None:
        assert (told[0] - told[1], told[1] - told[0]) == (then - now, now - then)


def test_every_two_blocks_before_and_after_are_told_as_reading_all_tells_or_not_at_all() -> None:
    told = 0
    for kept, old, new in product(BLOCKS, BLOCKS, BLOCKS):
        before, after = document((kept, old)), document((new, kept))
        found = differing(before, after, "all.ttl")
        if found is None:
            continue
        try:
            then, now = whole(before), whole(after)
        except InvalidData:
            assert UNDECLARED in {kept, old} & {kept, new}  # wrong in both alike
        else:
            assert (found[0] - found[1], found[1] - found[0]) == (then - now, now - then), (kept, old, new)
            told += 1
    assert told > 100


def test_heads_that_do_not_agree_are_not_told() -> None:
    right = document(BLOCKS[:1])
    for head in (HEAD.replace("http://e.example/", "http://f.example/"), HEAD.replace("/id/", "/other/"), ""):
        assert differing(right, document(BLOCKS[1:2], head), "all.ttl") is None
    odd = [document(BLOCKS[at : at + 1], HEAD.replace("/id/", "/other/../id/")) for at in (0, 1)]
    assert differing(odd[0], odd[1], "all.ttl") is None
    more = HEAD.replace("@prefix own", "@prefix f: <http://f.example/> .\n@prefix own")
    assert differing(right, document(BLOCKS[1:2], more), "all.ttl") is not None
    assert differing(document(BLOCKS[:1], more), right, "all.ttl") is None


def label(number: int, text: str) -> ox.Triple:
    name = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    return ox.Triple(ox.NamedNode(f"http://other.example/{number}"), name, ox.Literal(text, language="nb"))


def test_a_large_document_of_the_record_is_not_read_whole() -> None:
    labels = [label(number, f"ord nummer {number}, i en lang rekke") for number in range(2000)]
    later = [*labels[:1000], label(1000, "et annet ord"), *labels[1002:]]
    before, after = (Edition({"external/other.ttl": turtle.write(each, BASE)}) for each in (labels, later))
    assert len(after.data["external/other.ttl"]) > LARGE
    found = between(before, after)
    assert found.removed == {labels[1000], labels[1001]}
    assert found.added == {later[1000]}
    assert len(found.then) == 2


def test_what_is_wrong_in_a_large_document_has_its_line() -> None:
    labels = turtle.write((label(number, "ord " * 20) for number in range(1000)), BASE)
    wrong = labels.replace(b"<http://other.example/500>", b"<http://other.example/5 0>")
    edition = Edition({"external/other.ttl": wrong})
    with pytest.raises(InvalidData, match=r"external/other\.ttl:\d\d\d\d: "):
        between(Edition({"external/other.ttl": labels}), edition)
