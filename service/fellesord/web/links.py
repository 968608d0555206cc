"""Every address the service writes is made here.

What was then has the address that it has now, below ``/releases/<day>``: there everything is that is about
the vocabulary, and what it leads to of the kind is there too.
"""

import re
from collections.abc import Mapping
from copy import copy
from urllib.parse import quote, urlencode, urlsplit

#: Where the service is found on the machine it runs on, unless told otherwise.
LOCAL = "http://127.0.0.1:8000"
_THINGS = ("/id/", "/doc/")
_ADDRESS = re.compile(r"(?P<host>https?://[^/?#\s]+)(?P<path>/[^?#\s]*)")
#: What there is of now only: what is about the service or its releases, or works on what somebody sends.
_NOW = re.compile(
    r"/(?:api|changes\.atom|metrics|openapi\.json|opensearch\.xml|sitemap\.xml)(?=[?#]|$)"
    r"|/(?:(?:api/v1/)?(?:annotate|changes|check|running)|compare|data-norge|health|personvern|problems|releases"
    r"|sjekk|sjekk-tekst|static|tilgjengelighet|timegate|timemap)(?=[/?#]|$)"
)
#: The address of something as it was, and that of the release it is in.
RELEASED = re.compile(r"/releases/(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?P<path>/.*)", re.DOTALL)


class Links:
    """Addresses below one public address, and back from paths to IRIs.

    ``public_url`` is where people reach the service; without it addresses are relative to the host.
    ``reports`` is where people are sent who have something to say: a mailto: or web address. ``local`` is
    where the service is found on the machine it runs on.
    """

    def __init__(
        self, base: str, public_url: str | None = None, reports: str | None = None, local: str = LOCAL
    ) -> None:
        self._base = base
        self._local = local
        self.reports = reports
        self._release = ""
        self._origin = public_url or ""
        self.public = public_url is not None
        self.prefix = urlsplit(public_url).path if public_url else ""

    def path(self, path: str) -> str:
        """The address of a path of the service, such as ``/``."""
        return f"{self._origin}{'' if of_now(path) else self._release}{path}"

    def then(self, day: str) -> "Links":
        """The addresses of everything as it was in the release of a day."""
        made = copy(self)
        made._release = f"/releases/{day}"
        return made

    @property
    def now(self) -> "Links":
        """The addresses of everything as it is."""
        made = copy(self)
        made._release = ""
        return made

    def whole(self, address: str) -> str:
        """An address of ours to copy: whole, on this machine where the public one is not known."""
        return address if self.public else f"{self._local}{address}"

    def thing(self, iri: str) -> str:
        """The page of a thing: our own below ``/doc/``, others' by lookup."""
        if iri.startswith(self._base):
            local, _, fragment = iri[len(self._base) :].partition("#")
            return self.document(local, "") + (f"#{quote(fragment)}" if fragment else "")
        return self.lookup(iri)

    def document(self, local: str, suffix: str) -> str:
        """The document of an own thing, ``kind/slug``, in the form of a suffix (empty: negotiated)."""
        return self.path(f"/doc/{quote(local)}{'.' if suffix else ''}{suffix}")

    def lookup(self, iri: str, suffix: str = "") -> str:
        """The document of any thing by its IRI."""
        form = {"format": suffix} if suffix else {}
        return self.path(f"/lookup?{urlencode({'uri': iri, **form})}")

    def form(self, iri: str, suffix: str) -> str:
        """The document of a thing in one form."""
        if iri.startswith(self._base):
            return self.document(iri[len(self._base) :].partition("#")[0], suffix)
        return self.lookup(iri, suffix)

    def iri(self, kind: str, slug: str) -> str:
        """The IRI of an own thing."""
        return f"{self._base}{kind}/{slug}"

    def canonical(self, iri: str) -> str:
        """The IRI that an address stands for: our own things are also known by where they are served."""
        here = f"{self._origin}/id/"
        return f"{self._base}{iri[len(here) :]}" if self._origin and iri.startswith(here) else iri

    def pasted(self, text: str) -> str:
        """The IRI of the thing whose page or document has this address of ours; ``""`` for other texts.

        Where no public address is set, nobody knows by which one people come, and any host will do.
        """
        address = _ADDRESS.match(text.strip().strip("<>"))
        if address is None:
            return ""
        where, path = address["host"], address["path"]
        if self.public:
            where, path = self._origin, address[0].removeprefix(self._origin)
        if then := RELEASED.match(path):
            path = then["path"]
        here = address[0].startswith(where) and path.startswith(_THINGS)
        return self._base + path.removeprefix("/id/").removeprefix("/doc/") if here else ""

    def page(self, path: str, query: Mapping[str, str]) -> str:
        """The address of a page of a list: its path and everything that is asked of it."""
        return self.path(f"{quote(path)}?{urlencode(query)}")

    def report(self, about: str, iri: str = "") -> str:
        """Where to say something about a thing or a word, what it is about filled in; "" without a place.

        A mailto: address takes subject and body (RFC 6068); a web address gets ``title`` and ``body``, which
        the issue forms of GitHub, GitLab and others take.
        """
        if not self.reports:
            return ""
        subject = "subject" if self.reports.startswith("mailto:") else "title"
        told = urlencode({subject: f"Fellesord: {about}", "body": iri}, quote_via=quote)
        return f"{self.reports}{'&' if '?' in self.reports else '?'}{told}"

    def own(self, iri: str) -> bool:
        """Whether an IRI is one of ours."""
        return iri.startswith(self._base)


def of_now(path: str) -> bool:
    """Whether there is something at a path of now only, and not as it was in releases."""
    return _NOW.match(path) is not None


def followable(iri: str) -> bool:
    """Whether an IRI may be a link on a page: only http, https and mailto are."""
    return iri.startswith(("http://", "https://", "mailto:"))
