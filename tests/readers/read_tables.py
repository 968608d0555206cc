"""Prints what others' programs have of tables, by the names of the files, as JSON: a Python of its own runs this."""

import json
import sys
from pathlib import Path

import pandas
from csvw import CSVW
from jsonstat_validator import validate_jsonstat
from pyjstat import pyjstat


def frame(table: pandas.DataFrame) -> dict:
    """A table as pandas takes it when nobody tells it anything: types of columns, and rows without what is missing."""
    rows = json.loads(table.to_json(orient="records", date_format="iso"))
    return {
        "types": {name: str(kind) for name, kind in table.dtypes.items()},
        "rows": [{name: cell for name, cell in row.items() if cell is not None} for row in rows],
    }


def json_stat(path: Path) -> dict:
    text = path.read_text("utf-8")
    cube = pyjstat.Dataset.read(text)
    return {"valid": validate_jsonstat(json.loads(text)), **frame(cube.write("dataframe", naming="id"))}


def csvw(path: Path) -> dict:
    table = CSVW(
        str(path.with_name(path.name.removesuffix("-metadata.json"))), md_url=str(path), validate=True
    )
    read = {"valid": table.is_valid, "warnings": [str(each) for each in table.warnings], "rows": []}
    if read["valid"]:
        described = [row["describes"][0] for each in table.to_json()["tables"] for row in each["row"]]
        for row in described:
            row.pop("@id")  # csvw takes addresses apart before it puts them into aboutUrl
        read["rows"] = described
    return read


def read(path: Path) -> dict:
    if path.name.endswith("-metadata.json"):
        return csvw(path)
    if path.suffix == ".json":
        return json_stat(path)
    if path.suffix == ".xlsx":
        return {name: frame(sheet) for name, sheet in pandas.read_excel(path, sheet_name=None).items()}
    return frame(pandas.read_csv(path))


print(json.dumps({Path(name).name: read(Path(name)) for name in sys.argv[1:]}))
