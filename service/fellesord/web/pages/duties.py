"""What a public service owes those who use it: how accessible it is, and what it knows of them."""

from functools import partial

from flask import Blueprint, Response

from fellesord.web.pages.rendering import page, said

blueprint = Blueprint("duties", __name__)
#: The pages, where they are, and how many sections each has in the table of texts.
PAGES = {"accessibility": ("/tilgjengelighet", 4), "privacy": ("/personvern", 5)}


def shown(name: str, sections: int) -> Response:
    """A page of sections, each with a heading and a text."""
    keys = [(f"{name}-{number}-heading", f"{name}-{number}") for number in range(1, sections + 1)]
    return page("duties.html", said(), name=name, keys=keys)


for _name, (_path, _sections) in PAGES.items():
    blueprint.add_url_rule(_path, _name, partial(shown, _name, _sections))
