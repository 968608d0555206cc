"""The hierarchy: a tree that opens where one wants it, a nested list without scripts."""

import re
from collections.abc import Container
from dataclasses import dataclass

from flask import Blueprint, Response, request

from fellesord.errors import NotFound
from fellesord.languages import Text
from fellesord.namespaces import SLUG_PATTERN
from fellesord.vocabulary.tree import Tree
from fellesord.web.links import followable
from fellesord.web.pages.rendering import page, said, service

blueprint = Blueprint("tree", __name__)
#: Concepts up to which the whole tree is on the page; of a larger one, a level at a time is fetched.
_WHOLE = 600


@dataclass(frozen=True)
class Node:
    """A concept in the tree: how many there are right under it, and what of that is on the page."""

    iri: str
    name: Text
    more: int
    under: tuple["Node", ...]


@blueprint.get("/hierarki")
def hierarchy() -> Response:
    """The tree of a concept scheme (``scheme``), ours unless given: all, or what is ``under`` a concept.

    Our own are named by their IRI or the last part of it. Raises NotFound for what is not there.
    """
    speech = said()
    scheme = _named("scheme", "scheme") or service().vocabulary.thesaurus or ""
    found = service().trees(scheme) if followable(scheme) else None
    if not found:
        raise NotFound(
            f"there is no hierarchy of {scheme!a}; scheme= names a concept scheme",
            key="no-hierarchy",
            text=scheme,
        )
    start = _named("under", "concept", found.labels)
    if start is not None and start not in found.labels:
        raise NotFound(f"{start!a} is not a concept of {scheme}", key="not-in-hierarchy", text=start)
    depth = 99 if len(found) <= _WHOLE else 1
    tops = found.roots(speech.content) if start is None else found.children(start, speech.content)
    nodes = [_node(found, iri, speech.content, depth, (start or "",)) for iri in tops]
    return page(
        "branch.html" if "part" in request.args else "tree.html",
        speech,
        nodes=nodes,
        start=found.name(start, speech.content) if start else None,
        total=len(found),
        scheme=request.args.get("scheme"),
    )


def _named(parameter: str, kind: str, known: Container[str] = ()) -> str | None:
    """The IRI that a parameter names; as it was given when it is no name of ours."""
    given = request.args.get(parameter)
    if given is None or given in known or not re.fullmatch(SLUG_PATTERN, given):
        return given
    return service().links.iri(kind, given)


def _node(found: Tree, iri: str, languages: tuple[str, ...], depth: int, above: tuple[str, ...]) -> Node:
    more = len(found.under.get(iri, ())) if iri not in above else 0
    under = found.children(iri, languages) if more and depth > 1 else []
    nodes = (_node(found, each, languages, depth - 1, (*above, iri)) for each in under)
    return Node(iri, found.name(iri, languages), more, tuple(nodes))
