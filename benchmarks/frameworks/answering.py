"""What every framework is asked, and how its answer is timed and printed; it needs nothing of the product.

The question is a Parquet file with one column, `energy_kwh`, a row per period; null where there is no reading. The
answer is the row numbers that break each rule it can express: `missing` (no reading), `negative` (below zero) and
`above` (over the limit), or `outside` for the last two together.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

LIMIT_KWH = 600.0
Answer = dict[str, Any]


def main(load: Callable[[str], Any], answer: Callable[[Any], Answer]) -> None:
    """Answers the file named on the command line as often as asked, and prints JSON."""
    data, rounds = load(sys.argv[1]), int(sys.argv[2])
    seconds, found = [], {}
    for _ in range(rounds + 1):
        began = time.process_time()
        found = answer(data)
        seconds.append(time.process_time() - began)
    # The first round pays for what is loaded or compiled on the way.
    print(
        json.dumps({"seconds": seconds[1:], "answer": {rule: [int(k) for k in rows] for rule, rows in found.items()}})
    )
