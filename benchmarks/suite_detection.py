"""Suite 6: each kind of fault put into clean days at known places; detection and false alarms over the threshold.

python -m benchmarks.suite_detection [--systems 800] [--seed 1]
"""

from __future__ import annotations

import argparse

from benchmarks.clean_week import clean_week
from benchmarks.rows import save
from validator.bench.detection import detection


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--systems", type=int, default=800, help="metering systems of 32 channel-days each")
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    readings, standing = clean_week(chosen.systems, chosen.seed)
    rows = []
    for found in detection(readings, standing, seed=chosen.seed):
        row = {**vars(found), "probability": found.probability, "false_alarm_rate": found.false_alarm_rate}
        rows.append(row)
        print(f"{found.fault:22} {found.check:26} {found.threshold:8g} {found.unit:15}", end=" ")
        print(f"detected {found.probability:6.1%} of {found.damaged:4}, false alarms {found.false_alarm_rate:.3%}")
    save("detection", rows)


if __name__ == "__main__":
    main()
