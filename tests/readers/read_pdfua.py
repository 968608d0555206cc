"""Prints what pdfua finds in a PDF, as JSON: a Python of its own runs this."""

import json
import sys

from pdfua import validate

report = validate(sys.argv[1])
read = {
    "findings": [f"{each.rule_id} {each.message}" for each in report.findings],
    "skipped": sorted({each.rule_id for each in report.skipped}),
}
print(json.dumps(read))
