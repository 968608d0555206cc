"""Prints the terms that determinator has of a TBX file, as JSON: a Python of its own runs this."""

import json
import sys
from types import ModuleType

sys.modules["nafigator"] = ModuleType("nafigator")  # what it takes texts apart with, which reading needs not
from determinator import TbxDocument  # noqa: E402

read = [
    [
        concept["id"],
        language,
        item["text"],
        next(each["text"] for each in section if each["attr"].get("type") == "administrativeStatus"),
    ]
    for concept in TbxDocument().open(sys.argv[1]).concepts_list
    for language, sections in concept["lang"].items()
    for section in sections
    for item in section
    if item["type"] == "term"
]
print(json.dumps({"terms": read}))
