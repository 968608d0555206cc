"""What search is measured against: what others do with the same labels, and another engine with our analysis."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from itertools import islice

import pyoxigraph as ox

from fellesord.languages import LANGUAGES
from fellesord.search import analysis
from fellesord.search.entries import Entry, Label
from fellesord.search.ranking import Question, best

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
            CREATE VIRTUAL TABLE ours USING fts5(iri, whole, {begins}, words, stems, parts, defined, defstems,
              content = '', prefix = '1 2 3', detail = full, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'");
            CREATE TABLE entry (id INTEGER PRIMARY KEY, held TEXT);
            CREATE VIRTUAL TABLE spelling USING fts5(word, tokenize = trigram);
            """
        )
        self._connection.executemany(
            f"INSERT INTO ours(rowid, iri, whole, {begins}, words, stems, parts, defined, defstems)"
            f" VALUES ({', '.join('?' * 12)})",
            ((row, *_columns(each, known)) for row, each in enumerate(ordered)),
        )
        self._connection.executemany(
            "INSERT INTO entry VALUES (?, ?)",
            ((row, json.dumps(asdict(each), ensure_ascii=False)) for row, each in enumerate(ordered)),
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
            " AND ".join(f"words : {_quoted(word)}" for word in question.words) + " *",
        ]
        return self._ranked(tiers if question.words else [], question, (), 2 * limit + 4)[:limit]

    def find(self, question: Question) -> list[str]:
        """What answers the question."""
        if "://" in question.text:
            return self._ranked([f"iri : {_quoted(_one(question.text.strip('<> ')))}"], question, (), 1)
        if question.phrase:
            return self._ranked([f"words : {_quoted(question.folded)}"], question, (), 200)[:LIMIT]
        every = [" AND ".join(f"words : {_quoted(word)}" for word in question.words)]
        every += [
            " AND ".join(f"stems : {_quoted(stem)}" for stem in stems if stem)
            for stems in question.stems.values()
        ]
        every.append(" AND ".join(f"{{words parts}} : {_quoted(word)}" for word in question.words))
        defined = [
            " AND ".join(f"defstems : {_quoted(stem)}" for stem in stems if stem)
            for stems in question.stems.values()
        ]
        names = [
            f"whole : {_quoted(_one(question.folded))} *",
            f"whole : {_quoted(question.joined)}",
            *every,
        ]
        asked = [each for each in names if question.words and each]
        found = self._ranked(asked, question, (), 200)
        if not found:
            near = [frozenset(self._spelt_like(word)) for word in question.words]
            likely = " AND ".join(f"words : ({' OR '.join(map(_quoted, words))})" for words in near if words)
            either = " OR ".join(f"words : {_quoted(word)}" for words in near for word in words)
            asked = [each for each in (likely, either, *defined) if each]
            return self._ranked(asked, question, near, 200)[:LIMIT]
        return self._ranked([*asked, *filter(None, defined)], question, (), 200)[:LIMIT]

    def _ranked(
        self, tiers: Sequence[str], question: Question, near: Sequence[frozenset[str]], most: int
    ) -> list[str]:
        rows: dict[int, None] = {}
        for tier in tiers:
            if len(rows) >= most:
                break
            query = "SELECT rowid FROM ours WHERE ours MATCH ? ORDER BY rowid LIMIT ?"
            rows |= dict.fromkeys(row for (row,) in self._connection.execute(query, [tier, most]))
        marks = ", ".join("?" * len(rows))
        held = self._connection.execute(f"SELECT held FROM entry WHERE id IN ({marks})", list(rows))
        entries = [_entry(json.loads(each)) for (each,) in held]
        scored = [(-best(each, question, near).score, each.iri) for each in entries]
        return [iri for _, iri in sorted(scored)]

    def _spelt_like(self, word: str) -> list[str]:
        held = self._connection.execute(
            "SELECT 1 FROM ours WHERE ours MATCH ? LIMIT 1", [f"words : {_quoted(word)}"]
        )
        if held.fetchone():
            return [word]
        parts = [_quoted(word[at : at + 3]) for at in range(len(word) - 2)]
        if not parts:
            return []
        query = "SELECT word FROM spelling WHERE spelling MATCH ? ORDER BY rank LIMIT 100"
        found = [each for (each,) in self._connection.execute(query, [" OR ".join(parts)])]
        for distance in (1, 2) if len(word) > 6 else (1,):
            if close := [each for each in found if analysis.close(each, word, distance)]:
                return close
        return []


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
    fields |= {name: [] for name in ("words", "stems", "parts", "defined", "defstems")}
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


def _entry(held: dict[str, object]) -> Entry:
    labels = tuple(Label(**label) for label in held.pop("labels"))  # type: ignore[attr-defined]  # from JSON
    return Entry(labels=labels, **held)  # type: ignore[arg-type]


def _one(text: str) -> str:
    """A text as one token."""
    return "".join(letter if letter.isalnum() else "_" for letter in text)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
