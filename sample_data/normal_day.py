"""An ordinary Wednesday of the whole estate, with every attribute that an outstation can give."""

from __future__ import annotations

from datetime import date

from sample_data.days import settle_registers
from sample_data.estate import ESTATE
from sample_data.normal_accuracy import plant_accuracy, plant_register_faults
from sample_data.normal_alarms import plant_alarms
from sample_data.normal_certification import plant_certification
from sample_data.normal_format import plant_format, plant_lost_and_repeated
from sample_data.normal_plausibility import plant_plausibility
from sample_data.submission import Submission

NORMAL_DAY = date(2026, 9, 16)

_GONE = ("Example Bus Garage", "Example Tram Shed")


def build() -> Submission:
    """Every system that is still there, and most of the planted faults."""
    normal = Submission("normal_day", "Wednesday 16 September 2026, all channels and all attributes")
    normal.send([name for name in ESTATE if name not in _GONE], [NORMAL_DAY])
    plant_format(normal)
    plant_accuracy(normal)
    plant_certification(normal)
    plant_alarms(normal)
    plant_plausibility(normal)
    settle_registers(normal.days)
    plant_register_faults(normal)
    plant_lost_and_repeated(normal)
    return normal
