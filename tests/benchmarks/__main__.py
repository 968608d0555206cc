"""``make bench``: run every measurement, or those named, and print what was found.

``--attach FILE`` measures with a foreign vocabulary beside the shipped one too.
"""

import argparse
from pathlib import Path

from tests.benchmarks import lookup, start

MEASUREMENTS = {"lookup": lookup.measure, "start": start.measure}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(MEASUREMENTS)}")
    parser.add_argument("--attach", type=Path, action="append", default=[], metavar="FILE")
    given = parser.parse_args()
    if unknown := set(given.names) - MEASUREMENTS.keys():
        parser.error(f"no measurement called {min(unknown)}; there are {', '.join(MEASUREMENTS)}")
    for name, measure in MEASUREMENTS.items():
        if name in (given.names or MEASUREMENTS):
            print(f"\n## {name}: {measure.__doc__}")
            measure(())
            for file in given.attach:
                measure((file,))


if __name__ == "__main__":
    main()
