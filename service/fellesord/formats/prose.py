"""The text of documents that people write: plain text, Markdown and Word.

A document of a word processor is an archive of XML that a stranger made, so it is opened in the jail.
"""

import json
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from fellesord import jail
from fellesord.errors import InvalidData

#: Ending → media type of the documents that can be read.
MEDIA_TYPES = {
    "txt": "text/plain",
    "md": "text/markdown",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
#: Seconds and bytes of memory that opening one document may take.
SECONDS, MEMORY = 20.0, 512 * 1024 * 1024
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
#: The parts of a document that have text of their own, beside its body.
_BESIDE = ("/header", "/footnotes", "/endnotes", "/footer")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "\u2011"}


def text(data: bytes, suffix: str) -> str:
    """The text of a document, a paragraph a line; ``suffix`` is one of those in ``MEDIA_TYPES``.

    What was deleted under tracked changes is left out, what was inserted is not. Raises InvalidData for
    bytes that are no such document, and the JailErrors.
    """
    if suffix != "docx":
        return _decoded(data)
    answer = json.loads(jail.run("fellesord.formats.prose:word", data, seconds=SECONDS, memory=MEMORY))
    if "problem" in answer:
        raise InvalidData(answer["problem"], key="no-word-document")
    return str(answer["text"])


def prepare() -> None:
    """Open a document, while there are files: what opens documents loads its parts as it needs them."""
    from docx import Document

    document, saved = Document(), BytesIO()
    document.sections[0].footer.paragraphs[0].text = "æ"
    document.save(saved)
    word(saved.getvalue())


def word(data: bytes) -> bytes:
    """The task for the jail: the text of a Word document as JSON, or what is wrong with it."""
    from docx import Document
    from docx.exceptions import InvalidXmlError
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    try:
        document = Document(BytesIO(data))
        content = "\n".join(line for root in _roots(document) for line in _paragraphs(root))
    except (
        BadZipFile,
        PackageNotFoundError,
        InvalidXmlError,
        XMLSyntaxError,
        KeyError,
        ValueError,
        zlib.error,
    ):
        return json.dumps({"problem": "it is not a Word document (.docx) that can be opened"}).encode()
    return json.dumps({"text": content}).encode()


def _roots(document: Any) -> Iterator[Any]:
    """The body of a document and its parts beside it, as elements."""
    from docx.oxml import parse_xml

    yield document.element.body
    for _, each in sorted(document.part.rels.items()):
        if not each.is_external and each.reltype.endswith(_BESIDE):
            yield parse_xml(each.target_part.blob)


def _paragraphs(root: Any) -> Iterator[str]:
    """The paragraphs in the order they stand; one in a text box follows the one that it hangs on."""
    paragraphs: dict[Any, list[str]] = {}
    for node in root.iter():
        if node.tag == f"{_W}p":
            if not any(above.tag == _FALLBACK for above in node.iterancestors()):
                paragraphs[node] = []
        elif node.tag == f"{_W}t" or node.tag in _SIGNS:
            nearest = next(node.iterancestors(f"{_W}p"), None)
            if nearest in paragraphs:
                paragraphs[nearest].append(_SIGNS.get(node.tag) or node.text or "")
    for said in paragraphs.values():
        yield "".join(said)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidData(
            f"line {line}: it is not text in UTF-8; save it as text in UTF-8", key="not-utf-8", line=line
        ) from error
