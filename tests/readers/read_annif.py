"""Prints what Annif has of a vocabulary after its loader took it in, as JSON: Annif's own Python runs this."""

import json
import sys
import tempfile

import annif.corpus  # noqa: F401  # annif.vocab needs it to be there already
from annif.vocab import AnnifVocabulary, VocabFileSKOS, kwargs_to_exclude_uris

with tempfile.TemporaryDirectory() as folder:
    AnnifVocabulary("read", folder).load_vocabulary(VocabFileSKOS(sys.argv[1]))
    vocabulary = AnnifVocabulary("read", folder)  # anew, from what the loader has saved
    subjects = [subject for _, subject in vocabulary.subjects.active]
    collections = {
        collection: sorted(kwargs_to_exclude_uris(vocabulary, {"exclude_collection": collection}))
        for collection in sys.argv[2:]
    }
    read = {
        "concepts": [subject.uri for subject in subjects],
        "texts": [
            [subject.uri, "prefLabel", language, label]
            for subject in subjects
            for language, label in subject.labels.items()
        ],
        "members": [[each, member] for each, members in collections.items() for member in members],
    }
print(json.dumps(read))
