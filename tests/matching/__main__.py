"""``python -m tests.matching``: print how good the suggestions are, as the tables of ``docs/matching.md``."""

from tests.matching.evaluation import report

if __name__ == "__main__":
    print(report())
