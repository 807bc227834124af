"""Finds change points with Otava, for the example `score`.

Reads from standard input {"window": .., "p": .., "series": [[..], ..]} and writes {"changes": [[index, ..], ..], "seconds": ..}.
The series go in as lists: an array is not cut to the window that Otava looks at.
"""

import json
import sys
import time

from otava.analysis import compute_change_points


def main() -> None:
    ask = json.load(sys.stdin)
    start = time.perf_counter()
    changes = []
    for series in ask["series"]:
        found, _weak = compute_change_points(series, window_len=ask["window"], max_pvalue=ask["p"])
        changes.append([int(change.index) for change in found])
    json.dump({"changes": changes, "seconds": time.perf_counter() - start}, sys.stdout)


main()
