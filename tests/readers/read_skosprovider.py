"""Prints what skosprovider sees in files of one scheme each, as JSON: a Python of its own runs this."""

import json
import sys
from collections import defaultdict

from rdflib import Graph
from skosprovider.skos import Collection
from skosprovider_rdf.providers import RDFProvider

read = defaultdict(list)
for path in sys.argv[1:]:
    provider = RDFProvider({"id": path}, Graph().parse(path))
    for thing in (provider.get_by_id(each["id"]) for each in provider.get_all()):
        if isinstance(thing, Collection):
            read["members"] += [[thing.uri, member] for member in thing.members]
            continue
        read["concepts"].append(thing.uri)
        read["texts"] += [[thing.uri, label.type, label.language, label.label] for label in thing.labels]
        read["texts"] += [[thing.uri, note.type, note.language, note.note] for note in thing.notes]
        for kind in ("broader", "narrower", "related"):
            read["links"] += [[thing.uri, kind, other] for other in getattr(thing, kind)]
        for kind, others in thing.matches.items():
            read["links"] += [[thing.uri, f"{kind}Match", other] for other in others]
print(json.dumps(read))
