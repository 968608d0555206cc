"""Queries that mean harm: each is to end in time and break nothing. ``{canary}`` is an address that nobody must ask."""

from collections.abc import Iterator
from itertools import product

_ALL = "?s{0} ?p{0} ?o{0}"


def _cross(number: int) -> str:
    return " . ".join(_ALL.format(each) for each in range(number))


def _nested(opening: str, inner: str, closing: str, depth: int) -> str:
    return opening * depth + inner + closing * depth


def _deep() -> Iterator[tuple[str, str]]:
    """What breaks parsers and planners: depth and length."""
    for depth in (300, 3_000, 30_000):
        yield f"{depth} groups", "SELECT * " + _nested("{", "?s ?p ?o", "}", depth)
    yield "groups without end", "SELECT * " + "{" * 30_000
    yield "brackets", "SELECT (" + _nested("(", "1", ")", 15_000) + " AS ?x) {}"
    yield "brackets without end", "SELECT (" + "(" * 30_000
    yield "lists", "SELECT * { ?s ?p " + _nested("( ", "1", " )", 10_000) + " }"
    yield "blank nodes", "SELECT * { ?s ?p " + _nested("[ <e:p> ", "1", " ]", 6_000) + " }"
    yield "sub-selects", "SELECT * " + _nested("{ SELECT * ", "{ ?s ?p ?o }", " }", 2_000)
    yield "not", "SELECT * { ?s ?p ?o FILTER(" + "!" * 30_000 + "?o) }"
    yield "minus", "SELECT (" + "-" * 30_000 + "1 AS ?x) {}"
    yield "exists", "SELECT * { " + _nested("FILTER EXISTS { ", "?s ?p ?o", " }", 2_000) + " }"
    yield "optionals", "SELECT * { " + _nested("OPTIONAL { ?s ?p ?o ", "", "}", 2_000) + " }"
    yield "triple terms", "SELECT * { ?s ?p " + _nested("<<( <e:s> <e:p> ", "1", " )>>", 2_000) + " }"
    yield "functions", "SELECT (" + _nested("STR(", "1", ")", 10_000) + " AS ?x) {}"
    yield "ifs", "SELECT (" + _nested("IF(true, ", "1", ", 2)", 5_000) + " AS ?x) {}"
    yield "path brackets", "SELECT * { ?s " + _nested("(", "<e:p>", ")*", 5_000) + " ?o }"
    yield "graphs", "SELECT * " + _nested("{ GRAPH ?g ", "{ ?s ?p ?o }", " }", 2_000)
    yield "unions", "SELECT * { " + " UNION ".join("{ ?s ?p ?o }" for _ in range(4_000)) + " }"
    yield "ors", "SELECT * { ?s ?p ?o FILTER(" + " || ".join("?o = 1" for _ in range(6_000)) + ") }"
    yield "sums", "SELECT (" + "+".join("1" for _ in range(30_000)) + " AS ?x) {}"
    yield "long path", "SELECT * { ?s " + "/".join("!<e:p>" for _ in range(2_000)) + " ?o }"
    yield "many paths", "SELECT * { ?s " + "|".join(f"<e:{each}>*" for each in range(2_000)) + " ?o }"
    yield "long chain", "SELECT * { " + " . ".join(f"?a{n} ?p ?a{n + 1}" for n in range(1_000)) + " }"
    yield "flat optionals", "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o } " * 2_500 + "}"
    yield "binds", "SELECT * { " + " ".join(f"BIND({n} AS ?v{n})" for n in range(3_000)) + " }"
    yield "values", "SELECT * { " + " ".join(f"VALUES ?v{n} {{ 1 2 3 4 }}" for n in range(40)) + " }"
    yield "one long text", 'SELECT * { ?s ?p "' + "a" * 60_000 + '" }'
    yield "a text without end", 'SELECT * { ?s ?p "' + "a" * 60_000
    yield "one long name", "SELECT * { ?" + "x" * 60_000 + " ?p ?o }"
    yield "escapes", "SELECT * { ?s ?p " + "\\u0028" * 8_000 + " }"
    yield "a prefix of its own", "".join(f"PREFIX p{n}: <e:{n}>\n" for n in range(2_500)) + "ASK {}"
    yield "nothing but commas", "SELECT" + "," * 60_000


def _wide() -> Iterator[tuple[str, str]]:
    """What computes or grows without end."""
    for number in (3, 4, 6):
        yield f"count of {number} crossed", f"SELECT (COUNT(*) AS ?n) {{ {_cross(number)} }}"
    yield "all crossed", f"SELECT * {{ {_cross(4)} }}"
    yield "all crossed, distinct", f"SELECT DISTINCT * {{ {_cross(3)} }}"
    yield "all crossed, reduced", f"SELECT REDUCED * {{ {_cross(4)} }}"
    yield "all crossed, sorted", f"SELECT * {{ {_cross(3)} }} ORDER BY ?o0 ?o1 DESC(?o2)"
    yield "sorted by chance", f"SELECT * {{ {_cross(3)} }} ORDER BY RAND()"
    yield "a graph of all crossed", f"CONSTRUCT {{ ?s0 ?p1 ?o2 }} WHERE {{ {_cross(4)} }}"
    yield "all described", f"DESCRIBE * {{ {_cross(3)} }}"
    yield "grouped", f"SELECT ?o0 ?o1 (COUNT(*) AS ?n) {{ {_cross(3)} }} GROUP BY ?o0 ?o1"
    yield (
        "concatenated",
        f"SELECT (GROUP_CONCAT(CONCAT(STR(?s0), STR(?s1), STR(?s2))) AS ?t) {{ {_cross(3)} }}",
    )
    yield (
        "distinct concatenated",
        f"SELECT (GROUP_CONCAT(DISTINCT CONCAT(STR(?o0), STR(?o1))) AS ?t) {{ {_cross(3)} }}",
    )
    doubled = " ".join(f"BIND(CONCAT(?t{n}, ?t{n}) AS ?t{n + 1})" for n in range(40))
    yield "doubled", f'SELECT (STRLEN(?t40) AS ?n) {{ BIND("aaaaaaaa" AS ?t0) {doubled} }}'
    replaced = " ".join(f'BIND(REPLACE(?t{n}, "a", "aaaaaaaaaa") AS ?t{n + 1})' for n in range(12))
    yield "replaced", f'SELECT (STRLEN(?t12) AS ?n) {{ BIND("aa" AS ?t0) {replaced} }}'
    yield "any path", "SELECT (COUNT(*) AS ?n) { ?a (!<e:p>)* ?b . ?c (!<e:p>)* ?d . ?e (!<e:p>)* ?f }"
    yield (
        "any path, both ways",
        "SELECT * { ?a (!<e:p>|^(!<e:p>))* ?b . ?b (!<e:p>|^(!<e:p>))* ?c . ?d ?e ?f }",
    )
    yield "path of paths", "SELECT (COUNT(*) AS ?n) { ?a (((!<e:p>)+/(!<e:q>)+)+)+ ?b . ?c ?d ?e . ?f ?g ?h }"
    yield (
        "nothing but not there",
        f"SELECT * {{ {_cross(2)} FILTER NOT EXISTS {{ ?s0 ?x ?y . ?s1 ?z ?w FILTER(?y != ?w) }} }}",
    )
    yield "taken away", f"SELECT * {{ {_cross(3)} MINUS {{ ?s0 ?x ?y . ?s1 ?z ?w . ?a ?b ?c }} }}"
    regexes = ("(a+)+$", "(a|a)*b", "(.*)*x", "(?:(?:a*)*)*", "a{1,500}a{1,500}a{1,500}")
    for pattern in regexes:
        yield (
            f"regex {pattern}",
            f'SELECT (COUNT(*) AS ?n) {{ {_cross(3)} FILTER REGEX(CONCAT(STR(?o0), STR(?o1)), "{pattern}") }}',
        )
    yield "a large regex", 'SELECT * { ?s ?p ?o FILTER REGEX(?o, "' + "(a?){200}" * 200 + '") }'
    yield "a deep regex", 'SELECT * { ?s ?p ?o FILTER REGEX(?o, "' + "(" * 5_000 + ")" * 5_000 + '") }'
    yield (
        "hashes",
        f"SELECT (COUNT(*) AS ?n) {{ {_cross(3)} FILTER(SHA512(CONCAT(STR(?o0), STR(?o1))) > SHA512(STR(?o2))) }}",
    )
    yield "random", f"SELECT (SUM(RAND()) AS ?n) {{ {_cross(4)} }}"
    yield "large numbers", "SELECT (" + "*".join("9999999999999999999" for _ in range(50)) + " AS ?n) {}"
    yield "an offset", f"SELECT * {{ {_cross(4)} }} OFFSET 999999999999"


def _reaching() -> Iterator[tuple[str, str]]:
    """What asks others, reads files or changes something."""
    words = ("SERVICE", "service", "\\u0053ERVICE", "SERV\\U00000049CE")
    for word, silent in product(words, ("", "SILENT ")):
        yield f"{silent}{word}", f"SELECT * {{ {word} {silent}<{{canary}}> {{ ?s ?p ?o }} }}"
    yield "service of a variable", "SELECT * { VALUES ?w { <{canary}> } SERVICE SILENT ?w { ?s ?p ?o } }"
    yield "service in not exists", "ASK { FILTER NOT EXISTS { SERVICE SILENT <{canary}> { ?s ?p ?o } } }"
    yield "service by prefix", "PREFIX c: <{canary}> SELECT * { SERVICE c:x { ?s ?p ?o } }"
    yield "service in a comment", "SELECT * { #\n SERVICE #\n <{canary}> #\n { ?s ?p ?o } }"
    yield (
        "service behind a lesser",
        "SELECT * { BIND(1 AS ?a) FILTER(?a<2)SERVICE#>\n<{canary}> { ?s ?p ?o } }",
    )
    yield "service in a construct", "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE SILENT <{canary}> { ?s ?p ?o } }"
    for place in ("{canary}", "file:///etc/passwd", "ftp://127.0.0.1/"):
        yield f"from {place}", f"SELECT * FROM <{place}> {{ ?s ?p ?o }}"
        yield f"from named {place}", f"SELECT * FROM NAMED <{place}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
        yield f"described {place}", f"DESCRIBE <{place}>"
    yield "load", "LOAD <{canary}>"
    yield "load silent", "LOAD SILENT <file:///etc/passwd> INTO GRAPH <e:g>"
    yield "insert", "INSERT DATA { <e:s> <e:p> <e:o> }"
    yield "delete", "DELETE WHERE { ?s ?p ?o }"
    yield "drop", "DROP ALL"
    yield "select, then drop", "SELECT * { ?s ?p ?o } ; DROP ALL"


def killers(canary: str) -> tuple[tuple[str, str], ...]:
    """Each query with its name; ``canary`` is the address that nobody must ask."""
    found = (*_deep(), *_wide(), *_reaching())
    return tuple((name, query.replace("{canary}", canary)) for name, query in found)
