"""``python -m tests.results [section …]``: proves again, in full size, and writes docs/results.json and .md.

With no section named all are run, which takes about half an hour on four cores. A section that fails ends
the command with its own words, and what earlier sections came to is kept.
"""

import argparse
import json

from tests.results.page import DATA, PAGE, render
from tests.results.sections import SECTIONS


def main() -> None:
    """Run what is asked for and write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.results", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help="、".join(SECTIONS))
    wanted = parser.parse_args().sections or list(SECTIONS)
    if unknown := set(wanted) - set(SECTIONS):
        parser.error(f"没有这一节：{'、'.join(sorted(unknown))}。可选：{'、'.join(SECTIONS)}")
    results = json.loads(DATA.read_text()) if DATA.exists() else {}
    for name in wanted:
        print(f"{name} …", flush=True)
        results[name] = SECTIONS[name]()
        DATA.write_text(json.dumps(results, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        PAGE.write_text(render(results))


main()
