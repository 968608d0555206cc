"""SKOS-XL: the same as the SKOS, with every label as a thing of its own, for programs that want that.

The labels stand between the fragments of their concepts, so the graph is held whole.
"""

from collections import Counter
from collections.abc import Callable, Iterator

import pyoxigraph as ox

from fellesord.formats import graphs
from fellesord.formats.skos_ap_no import language, triple
from fellesord.namespaces import RDF, SKOS, SKOSXL
from fellesord.vocabulary.reading import Vocabulary

STANDARD = "http://www.w3.org/2008/05/skos-xl"
_LABELS = {
    SKOS.prefLabel: (SKOSXL.prefLabel, "pref"),
    SKOS.altLabel: (SKOSXL.altLabel, "alt"),
    SKOS.hiddenLabel: (SKOSXL.hiddenLabel, "hidden"),
}


def graph(vocabulary: Vocabulary, order: Callable[[str], str]) -> list[list[ox.Triple]]:
    """Our SKOS in one part, each label with a thing beside it, named by its kind, language and number."""
    whole = [each for part in graphs.skos(vocabulary, order) for each in part]
    return [[*whole, *_labels(sorted(whole, key=str))]]


def _labels(statements: list[ox.Triple]) -> Iterator[ox.Triple]:
    numbers: Counter[str] = Counter()
    for said in statements:
        if said.predicate.value in _LABELS:
            link, role = _LABELS[said.predicate.value]
            subject = str(said.subject)[1:-1]
            stem = f"{subject}{'-' if '#' in subject else '#'}{role}-{language(said) or 'und'}"
            numbers[stem] += 1
            name = f"{stem}-{numbers[stem]}"
            yield triple(subject, link, ox.NamedNode(name))
            yield triple(name, RDF.type, ox.NamedNode(SKOSXL.Label))
            yield triple(name, SKOSXL.literalForm, said.object)
