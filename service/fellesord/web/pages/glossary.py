"""The whole glossary on one page, to read from end to end and to print."""

from dataclasses import dataclass

from flask import Blueprint, Response

from fellesord.languages import Text, pick
from fellesord.vocabulary.glossary import Gloss, glossary
from fellesord.web.pages.index import lettered, part
from fellesord.web.pages.rendering import page, said, service

blueprint = Blueprint("glossary", __name__)


@dataclass(frozen=True)
class Entry:
    """A concept of the glossary: the term in the language that suits, its IRI, definition and the rest."""

    text: Text
    iri: str
    definition: Text | None
    gloss: Gloss

    def others(self, texts: tuple[Text, ...]) -> list[Text]:
        """Those of some texts that are in the language of the term, the term aside."""
        return [text for text in texts if text.language == self.text.language and text != self.text]


@blueprint.get("/ordliste")
def whole() -> Response:
    """Every concept of the thesaurus that is in use, from A to Å; of a large one, those of one letter."""
    speech, vocabulary = said(), service().vocabulary
    today = service().today
    entries = [
        Entry(term, each.iri, pick(each.definitions, speech.content), each)
        for each in glossary(vocabulary, vocabulary.thesaurus or vocabulary.base)
        if each.used_on(today) and (term := pick(each.preferred, speech.content))
    ]
    letters = lettered(entries, speech.content[0])
    shown = part(letters)
    others = [each for each in letters if each not in shown]
    return page("glossary.html", speech, letters=shown, others=others, total=len(entries))
