"""Searching: what answers a question, in order, with why; and what was meant when nothing does."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import tantivy
from tantivy import Occur, Query

from fellesord.languages import LANGUAGES
from fellesord.search import analysis
from fellesord.search.entries import FACETS, Entry
from fellesord.search.guessing import alike
from fellesord.search.index import NOTED, SHORT, begins, entry_of, short
from fellesord.search.ranking import Agreement, Near, Question, best

#: Hits that are put in exact order; those beyond stand in the order of the index.
_WINDOW = 200


@dataclass(frozen=True)
class Hit:
    """A thing found, the label that answers and why. ``instead`` is what to use for it, as IRIs."""

    entry: Entry
    agreement: Agreement
    instead: tuple[str, ...] = ()
    retired: bool = False


@dataclass(frozen=True)
class Found:
    """The hits of one page, how many there are in all, how many by facet and value, and words meant."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    meant: tuple[str, ...] = ()


class Search:
    """A search over one index. Safe to use from any thread."""

    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._words = _Words(index, self._searcher)

    def find(
        self,
        question: Question,
        *,
        narrowed: Mapping[str, Sequence[str]] | None = None,
        limit: int = 20,
        offset: int = 0,
        counted: bool = True,
    ) -> Found:
        """What answers the question; ``narrowed`` keeps those with any of a facet's values.

        ``counted`` asks for the facets. Words spelt alike are looked for when nothing else is found.
        """
        names, query = self._names_of(question), self._query(question)
        near: tuple[Near, ...] = ()
        if not (question.phrase or question.addresses or self._any_hit(names)):
            inside = self._scored(self._every(map(self._inside, question.telling)), 3)
            if not self._any_hit(inside):
                near = alike(question, self._words)
                inside = self._near(near)
            query = Query.disjunction_max_query([inside, query])
        found = self._page(query, question, near, narrowed or {}, limit, offset)
        facets = self._facets(query, narrowed or {}) if counted and found.total else {}
        meant = sorted({word for each in near for word in each.words})
        return Found(found.hits, found.total, facets, tuple(meant))

    def suggest(self, question: Question, limit: int = 10) -> tuple[Hit, ...]:
        """What the words typed so far may become: names only, best first."""
        most = 2 * limit + 4
        starting = self._starting if most > NOTED else self._first_starting
        query = Query.disjunction_max_query(list(self._names(question, starting)))
        result = self._searcher.search(query, most, count=False)
        if not result.hits:
            return self.find(question, limit=limit, counted=False).hits
        hits = [self._hit(address, question, (), spelt=True) for _, address in result.hits]
        hits.sort(key=_order)
        return tuple(hits[:limit])

    def _near(self, near: Sequence[Near]) -> Query:
        """What holds a word near each of those asked for; if there is no such thing, near any of them."""
        known = [
            Query.boolean_query([(Occur.Should, self._any(name, each.words)) for name in ("words", "parts")])
            for each in near
            if each.needed
        ]
        every = self._scored(self._every(known), 3)
        if known and self._any_hit(every):
            return every
        return self._scored(Query.boolean_query([(Occur.Should, each) for each in known]), 3)

    def _any_hit(self, query: Query) -> bool:
        return bool(self._searcher.search(query, 1, count=False).hits)

    def _query(self, question: Question) -> Query:
        """All that answers, names before definitions."""
        if question.addresses or not question.words:
            return self._names_of(question)
        if question.phrase:
            quoted = self._together("defined", question.words)
            return Query.disjunction_max_query([self._names_of(question), self._scored(quoted, 2)])
        clauses = [self._names_of(question), self._scored(self._all("defined", question.telling), 2)]
        for stems in dict.fromkeys(question.stems.values()):
            clauses.append(self._scored(self._all("defstems", stems), 1))
        return Query.disjunction_max_query(clauses)

    def _names_of(self, question: Question) -> Query:
        """What answers by a name, however inflected or compounded."""
        for address in question.addresses:
            if self._any_hit(named := self._term("iri", address)):
                return self._scored(named, 10)
        if question.addresses:
            return Query.empty_query()
        if question.phrase:
            return self._scored(self._together("words", question.words), 6)
        clauses = list(self._names(question, self._starting))
        if question.words:
            clauses.append(self._scored(self._term("whole", question.joined), 9))
            for stems in dict.fromkeys(question.stems.values()):
                clauses.append(self._scored(self._all("stems", stems), 5))
            inside = [self._either(("words", "parts"), word) for word in question.telling]
            clauses.append(self._scored(self._every(inside), 4))
            done = [self._any("words", (word, *nouns)) for word, nouns in question.nouns.items()]
            clauses.append(self._scored(self._every(done), 4))
        return Query.disjunction_max_query(clauses) if clauses else Query.empty_query()

    def _names(self, question: Question, starting: Callable[[str, str], Query]) -> Iterable[Query]:
        """What finds names by the letters typed: whole, from the beginning, and word by word."""
        if not question.words:
            return
        yield self._scored(self._term("exact", question.plain), 10)
        yield self._scored(self._term("whole", question.folded), 9)
        yield self._scored(starting(begins(question.language), question.folded), 8)
        yield self._scored(starting("whole", question.folded), 7)
        *whole, last = question.telling
        if question.typing:
            ending = self._starting("words", last) if whole else starting("words", last)
        else:
            ending = self._term("words", last)
        yield self._scored(self._every([*(self._term("words", word) for word in whole), ending]), 6)

    def _page(
        self,
        query: Query,
        question: Question,
        near: Sequence[Near],
        narrowed: Mapping[str, Sequence[str]],
        limit: int,
        offset: int,
    ) -> Found:
        narrow = self._narrowed(query, narrowed)
        result = self._searcher.search(narrow, max(_WINDOW, offset + limit), count=True)
        addresses = [address for _, address in result.hits]
        if offset >= _WINDOW:
            ordered = [self._hit(address, question, near) for address in addresses[offset : offset + limit]]
        else:
            hits = [self._hit(address, question, near) for address in addresses[:_WINDOW]]
            hits.sort(key=_order)
            ordered = hits[offset : offset + limit]
        return Found(tuple(ordered), int(result.count or 0))  # type: ignore[attr-defined]  # the stubs leave it out

    def _hit(
        self,
        address: tantivy.DocAddress,
        question: Question,
        near: Sequence[Near],
        *,
        spelt: bool = False,
    ) -> Hit:
        entry = entry_of(self._searcher.doc(address))
        agreement = best(entry, question, near, spelt=spelt)
        retired = entry.retired(question.today)
        return Hit(entry, agreement, entry.successors if retired else (), retired)

    def _facets(self, query: Query, narrowed: Mapping[str, Sequence[str]]) -> dict[str, dict[str, int]]:
        """Counts by facet and value, each facet counted as if it were not narrowed itself."""
        counted: dict[str, dict[str, int]] = {}
        for name in FACETS:
            others = {facet: values for facet, values in narrowed.items() if facet != name}
            asked = {name: {"terms": {"field": name, "size": 500}}}
            buckets = self._searcher.aggregate(self._narrowed(query, others), asked)[name]["buckets"]
            counted[name] = {bucket["key"]: bucket["doc_count"] for bucket in buckets if bucket["key"]}
        return counted

    def _narrowed(self, query: Query, narrowed: Mapping[str, Sequence[str]]) -> Query:
        kept = [self._any(facet, values) for facet, values in narrowed.items() if values]
        return self._every([query, *(Query.const_score_query(each, 0.0) for each in kept)])

    def _term(self, name: str, value: str) -> Query:
        return Query.term_query(self._schema, name, value, index_option="basic")

    def _starting(self, name: str, start: str) -> Query:
        return Query.fuzzy_term_query(self._schema, name, start, distance=0, prefix=True)

    def _first_starting(self, name: str, start: str) -> Query:
        """The same, but of what begins with very few letters only the first to be found."""
        if len(start) > SHORT:
            return self._starting(name, start)
        return self._term("short", short(name, start))

    def _inside(self, word: str) -> Query:
        """What has a word, or a compound that begins or ends with it, unless it is short; or is called so."""
        kinds = {analysis.stem(word, tag) for tag in LANGUAGES}
        ways = [self._term("words", word), self._any("called", kinds)]
        if len(word) >= analysis.SHORTEST_PART:
            ways += [self._starting("words", word), self._starting("backwards", word[::-1])]
        return Query.boolean_query([(Occur.Should, each) for each in ways])

    def _all(self, name: str, values: Iterable[str]) -> Query:
        return self._every([self._term(name, value) for value in values])

    def _together(self, name: str, values: Sequence[str]) -> Query:
        """What holds the words beside each other. The engine panics for a phrase of fewer than two."""
        if len(values) > 1:
            return Query.phrase_query(self._schema, name, list(values))
        return self._all(name, values) if values else Query.empty_query()

    def _any(self, name: str, values: Iterable[str]) -> Query:
        return Query.term_set_query(self._schema, name, list(values))

    def _either(self, names: Iterable[str], value: str) -> Query:
        return Query.boolean_query([(Occur.Should, self._term(name, value)) for name in names])

    def _every(self, queries: Iterable[Query]) -> Query:
        return Query.boolean_query([(Occur.Must, query) for query in queries])

    def _scored(self, query: Query, score: float) -> Query:
        return Query.const_score_query(query, score)


def _order(hit: Hit) -> tuple[float, str]:
    return (-hit.agreement.score, hit.entry.iri)


class _Words:
    """The words of an index."""

    def __init__(self, index: tantivy.Index, searcher: tantivy.Searcher) -> None:
        self._schema, self._searcher = index.schema, searcher

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self._searcher.doc_freq("words", word) > 0

    def like(self, word: str) -> Collection[str]:
        """The words spelt most like one, a letter or two apart."""
        for distance in (1, 2) if len(word) > 6 else (1,):
            query = Query.fuzzy_term_query(self._schema, "words", word, distance, True, False)
            hits = self._searcher.search(query, 20, count=False).hits
            words = {
                own
                for _, address in hits
                for label in entry_of(self._searcher.doc(address)).labels
                for own in label.folded.split()
                if analysis.close(own, word, distance)
            }
            if words:
                return words
        return ()

    def number(self, word: str) -> int:
        """How many things have the word, in a name or a definition."""
        return self._searcher.doc_freq("words", word) + self._searcher.doc_freq("defined", word)
