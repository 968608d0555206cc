"""``make bench``: run every measurement, or those named, and print what was found.

``--attach FILE`` measures with a foreign vocabulary beside the shipped one too; with ``--copies N``, with so
many copies of it under other IRIs.
"""

import argparse
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from fellesord.namespaces import SKOS
from tests.benchmarks import (
    check,
    difference,
    engines,
    exports,
    http,
    intake,
    lookup,
    memory,
    pages,
    processes,
    queries,
    search,
    stalled,
    start,
    swap,
)

MEASUREMENTS = {
    "lookup": lookup.measure,
    "start": start.measure,
    "page": http.page,
    "fresh": http.fresh,
    "memory": memory.measure,
    "pages": pages.measure,
    "stalled": stalled.measure,
    "swap": swap.measure,
    "check": check.measure,
    "intake": intake.measure,
    "difference": difference.measure,
    "exports": exports.measure,
    "search": search.measure,
    "engines": engines.measure,
    "queries": queries.overhead,
    "harm": queries.harm,
}
#: These are measured with a foreign vocabulary of their own making, or with none.
ONCE = {
    "stalled",
    "swap",
    "check",
    "intake",
    "difference",
    "exports",
    "search",
    "queries",
    "harm",
}
NEED_WRK = {"page", "fresh"}
#: Open files that every process may have, at least.
SOCKETS = 4096


@contextmanager
def copies(file: Path, number: int) -> Iterator[Path]:
    """The file, or one with so many copies of its concepts, schemes and collections under other IRIs."""
    if number == 1:
        yield file
        return
    triples = {quad.triple for quad in ox.parse(path=file)}
    kinds = {ox.NamedNode(kind) for kind in (SKOS.Concept, SKOS.ConceptScheme, SKOS.Collection)}
    about = {
        str(each.subject)
        for each in triples
        if each.object in kinds or isinstance(each.subject, ox.BlankNode)
    }
    lines = [(str(each.subject), str(each.predicate), str(each.object)) for each in triples]
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / f"{number} copies of {file.stem}.nt"
        with copied.open("w", encoding="utf-8") as out:
            for copy in range(number):
                out.writelines(
                    f"{_other(subject, copy) if subject in about else subject} {predicate}"
                    f" {_other(value, copy) if value in about else value} .\n"
                    for subject, predicate, value in lines
                )
        yield copied


def _other(term: str, copy: int) -> str:
    """The term of a copy: an IRI or a blank node with a number after it."""
    return f"{term[:-1]}/{copy}>" if term.startswith("<") else f"{term}c{copy}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(MEASUREMENTS)}")
    parser.add_argument("--attach", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--copies", type=int, default=1, metavar="N")
    given = parser.parse_args()
    if unknown := set(given.names) - MEASUREMENTS.keys():
        parser.error(f"no measurement called {min(unknown)}; there are {', '.join(MEASUREMENTS)}")
    chosen = [name for name in MEASUREMENTS if name in (given.names or MEASUREMENTS)]
    if NEED_WRK & set(chosen):
        processes.require_wrk()
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 < few < SOCKETS:
        resource.setrlimit(resource.RLIMIT_NOFILE, (SOCKETS if most < 0 else min(SOCKETS, most), most))
    for name in chosen:
        measure = MEASUREMENTS[name]
        print(f"\n## {name}: {measure.__doc__}", flush=True)
        measure(())
        for file in () if name in ONCE else given.attach:
            with copies(file, given.copies) as copied:
                measure((copied,))


if __name__ == "__main__":
    main()
