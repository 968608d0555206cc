"""What search is measured against: what others do with the same labels, and another engine with our analysis."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

import pyoxigraph as ox

from fellesord.languages import LANGUAGES
from fellesord.search import analysis, index
from fellesord.search.entries import Entry, called
from fellesord.search.guessing import alike
from fellesord.search.ranking import Near, Question, best

#: A peer: a question and the language it is asked in → IRIs, best first.
Peer = Callable[[str, str], list[str]]
LIMIT = 20
_NAMED = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label ?rank WHERE {
  VALUES (?asked ?tag) { (ASKED TAG) }
  VALUES (?property ?rank) { (skos:prefLabel 0) (dct:title 0) (skos:altLabel 1) (skos:hiddenLabel 2) }
  ?thing ?property ?label .
"""
#: Labels that contain what was asked: preferred first, then what begins with it, then the shortest.
_FILTER = f"""{_NAMED}
  BIND (LCASE(STR(?label)) AS ?lower)
  FILTER (CONTAINS(?lower, ?asked))
}} ORDER BY ?rank DESC(STRSTARTS(?lower, ?asked)) STRLEN(?lower) ?lower LIMIT 200"""
#: Labels that begin with what was asked, by label: what Skosmos answers for ``word*``.
_SKOSMOS = f"""{_NAMED}
  FILTER (STRSTARTS(LCASE(STR(?label)), ?asked) && (?tag = "" || LANGMATCHES(LANG(?label), ?tag)))
}} ORDER BY LCASE(STR(?label)) LANG(?label) LIMIT 200"""


def filters(store: ox.Store) -> Peer:
    """SPARQL with CONTAINS over the labels, sensibly ordered."""
    return lambda asked, language: _things(store, _FILTER, asked)


def skosmos(store: ox.Store) -> Peer:
    """Skosmos's rule: a prefix of a label in the language asked in; where that finds nothing, in any."""
    return lambda asked, language: (
        _things(store, _SKOSMOS, asked, language) or _things(store, _SKOSMOS, asked, "")
    )


def plain_fts(entries: Iterable[Entry]) -> Peer:
    """SQLite's FTS5 as it comes: unicode61, the words asked for, bm25."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE plain USING fts5(iri UNINDEXED, text, tokenize = unicode61)")
    connection.executemany(
        "INSERT INTO plain VALUES (?, ?)",
        ((each.iri, "\n".join(label.text for label in each.labels)) for each in entries),
    )

    def asked(question: str, language: str) -> list[str]:
        words = " ".join(_quoted(word) for word in question.replace('"', " ").split())
        found = connection.execute(
            "SELECT iri FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT 20", [words]
        )
        return [iri for (iri,) in found]

    return asked


class OurFts:
    """SQLite's FTS5 with the analysis, the order and the ranking of ours: what the engine alone would change.

    Rows are inserted in the order wanted among equals, so that no query sorts. Each kind of agreement is
    a query of its own, asked until there are enough; spelling is looked up by trigrams.
    """

    def __init__(self, entries: Iterable[Entry], path: str = ":memory:") -> None:
        self._connection = sqlite3.connect(path)
        ordered = sorted(entries, key=lambda entry: (not entry.kind, entry.given_up, -entry.uses, entry.iri))
        known = _known(ordered)
        begins = ", ".join(f"begins_{tag}" for tag in (*LANGUAGES, "other"))
        self._connection.executescript(
            f"""
            CREATE VIRTUAL TABLE ours USING fts5(iri, whole, {begins}, words, backwards, called, stems, parts, defined, defstems,
              content = '', prefix = '1 2 3', detail = full, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'");
            CREATE TABLE entry (id INTEGER PRIMARY KEY, held BLOB);
            CREATE VIRTUAL TABLE spelling USING fts5(word, tokenize = trigram);
            """
        )
        self._connection.executemany(
            f"INSERT INTO ours(rowid, iri, whole, {begins}, words, backwards, called, stems, parts, defined, defstems)"
            f" VALUES ({', '.join('?' * 14)})",
            ((row, *_columns(each, known)) for row, each in enumerate(ordered)),
        )
        self._connection.executemany(
            "INSERT INTO entry VALUES (?, ?)",
            ((row, index.write(each)) for row, each in enumerate(ordered)),
        )
        self._connection.executemany(
            "INSERT INTO spelling VALUES (?)", ((word,) for word in sorted(_words(ordered)))
        )
        self._connection.commit()

    def suggest(self, question: Question, limit: int = 10) -> list[str]:
        """What the words typed so far may become."""
        tag = question.tag if question.tag in LANGUAGES else "other"
        joined = _one(question.folded)
        tiers = [
            f"whole : {_quoted(joined)}",
            f"begins_{tag} : {_quoted(joined)} *",
            f"whole : {_quoted(joined)} *",
            _every("words", question.telling) + " *",
        ]
        found = self._ranked(tiers if question.words else [], question, (), 2 * limit + 4, spelt=True)
        return found[:limit] or self.find(question)[:limit]

    def find(self, question: Question) -> list[str]:
        """What answers the question."""
        if question.addresses:
            return self._ranked(
                [f"iri : {_quoted(_one(each))}" for each in question.addresses], question, (), 1
            )
        if question.phrase:
            return self._ranked([f"words : {_quoted(question.folded)}"], question, (), 200)[:LIMIT]
        stems = [each for each in question.stems.values() if all(each)]
        names = [
            f"whole : {_quoted(_one(question.folded))} *",
            f"whole : {_quoted(question.joined)}",
            _every("words", question.telling),
            *(_every("stems", each) for each in stems),
            _every("{words parts}", question.telling),
            " AND ".join(_either("words", (word, *nouns)) for word, nouns in question.nouns.items()),
        ]
        asked = [each for each in names if question.words and each]
        near: tuple[Near, ...] = ()
        if not self._rows(asked, 1):
            asked = [" AND ".join(map(self._inside, question.telling))]
            if question.words and not self._rows(asked, 1):
                near = alike(question, self)
                likely = [_either("{words parts}", sorted(each.words)) for each in near if each.needed]
                every = " AND ".join(likely)
                asked = [every if likely and self._rows([every], 1) else " OR ".join(likely)]
        defined = [_every("defstems", each) for each in stems]
        return self._ranked([each for each in (*asked, *defined) if each], question, near, 200)[:LIMIT]

    def __contains__(self, word: object) -> bool:
        return bool(self._rows([f"words : {_quoted(str(word))}"], 1))

    def like(self, word: str) -> list[str]:
        """The words spelt most like one, among those that share most trigrams with it."""
        parts = [_quoted(word[at : at + 3]) for at in range(len(word) - 2)]
        if not parts:
            return []
        query = "SELECT word FROM spelling WHERE spelling MATCH ? ORDER BY rank LIMIT 100"
        found = [each for (each,) in self._connection.execute(query, [" OR ".join(parts)])]
        for distance in (1, 2) if len(word) > 6 else (1,):
            if close := [each for each in found if analysis.close(each, word, distance)]:
                return close
        return []

    def number(self, word: str) -> int:
        """How many things have the word."""
        query = "SELECT COUNT(*) FROM ours WHERE ours MATCH ?"
        found = self._connection.execute(query, [f"{{words defined}} : {_quoted(word)}"]).fetchone()
        return int(found[0])

    def _inside(self, word: str) -> str:
        kinds = {analysis.stem(word, tag) for tag in LANGUAGES}
        ways = [f"words : {_quoted(word)}", _either("called", sorted(kinds))]
        if len(word) >= analysis.SHORTEST_PART:
            ways += [f"words : {_quoted(word)} *", f"backwards : {_quoted(word[::-1])} *"]
        return f"({' OR '.join(ways)})"

    def _rows(self, tiers: Sequence[str], most: int) -> list[int]:
        rows: dict[int, None] = {}
        for tier in tiers:
            if len(rows) >= most:
                break
            query = "SELECT rowid FROM ours WHERE ours MATCH ? ORDER BY rowid LIMIT ?"
            rows |= dict.fromkeys(row for (row,) in self._connection.execute(query, [tier, most]))
        return list(rows)

    def _ranked(
        self,
        tiers: Sequence[str],
        question: Question,
        near: Sequence[Near],
        most: int,
        *,
        spelt: bool = False,
    ) -> list[str]:
        rows = self._rows(tiers, most)
        marks = ", ".join("?" * len(rows))
        held = self._connection.execute(f"SELECT held FROM entry WHERE id IN ({marks})", rows)
        entries = [index.read(each) for (each,) in held]
        scored = [(-best(each, question, near, spelt=spelt).score, each.iri) for each in entries]
        return [iri for _, iri in sorted(scored)]


def _things(store: ox.Store, query: str, asked: str, language: str = "") -> list[str]:
    bare = asked.strip().strip('"').casefold()
    terms = {"ASKED": str(ox.Literal(bare)), "TAG": str(ox.Literal(language))}
    rows = store.query(re.sub("ASKED|TAG", lambda hole: terms[hole[0]], query))
    assert isinstance(rows, ox.QuerySolutions)
    return list(islice(dict.fromkeys(row["thing"].value for row in rows), LIMIT))


def _columns(entry: Entry, known: frozenset[str]) -> list[str]:
    fields: dict[str, list[str]] = {
        name: [] for name in ("whole", *(f"begins_{tag}" for tag in (*LANGUAGES, "other")))
    }
    fields |= {name: [] for name in ("words", "backwards", "called", "stems", "parts", "defined", "defstems")}
    fields["called"] = sorted(called(entry.kind))
    for label in entry.labels:
        folded, stems = analysis.folded(label.text), " ".join(analysis.stems(label.text, label.language))
        if label.role == "definition":
            fields["defined"].append(folded)
            fields["defstems"].append(stems)
            continue
        tag = label.language.partition("-")[0]
        if label.role == "preferred":
            fields[f"begins_{tag if tag in LANGUAGES else 'other'}"].append(_one(folded))
        fields["whole"] += [_one(folded), analysis.joined(label.text)]
        fields["words"].append(folded)
        fields["backwards"].append(" ".join(word[::-1] for word in folded.split()))
        fields["stems"].append(stems)
        fields["parts"] += [part for word in folded.split() for part in analysis.parts(word, known)]
    return [_one(entry.iri), *("\n".join(values) for values in fields.values())]


def _words(entries: Iterable[Entry]) -> set[str]:
    named = (label for entry in entries for label in entry.labels if label.role != "definition")
    return {word for label in named for word in analysis.folded(label.text).split()}


def _known(entries: Sequence[Entry]) -> frozenset[str]:
    named = [label for entry in entries for label in entry.labels if label.role != "definition"]
    stems = {stem for label in named for stem in analysis.stems(label.text, label.language)}
    return frozenset(word for word in _words(entries) | stems if len(word) >= analysis.SHORTEST_PART)


def _every(column: str, words: Iterable[str]) -> str:
    return " AND ".join(f"{column} : {_quoted(word)}" for word in words)


def _either(column: str, words: Iterable[str]) -> str:
    return f"{column} : ({' OR '.join(map(_quoted, words))})"


def _one(text: str) -> str:
    """A text as one token."""
    return "".join(letter if letter.isalnum() else "_" for letter in text)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
