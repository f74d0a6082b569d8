"""Writes D0010, register readings, and D0268, meter technical details (formats.md B5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sample_data.days import ChannelDay
from sample_data.meters import Meter, System


def d0010_text(days: Sequence[ChannelDay], created: str) -> str:
    """The register of each channel at both ends of its day, read at midnight; its register id is its quantity."""
    body: list[str] = []
    groups = 0
    last = ""
    for day in days:
        if day.system.mpan_core != last:
            body += [f"026|{day.system.mpan_core}|V|", f"028|{day.serial}|M|"]
            last = day.system.mpan_core
            groups += 1
        for on, value in ((day.on, day.register_start_kwh), (day.on + timedelta(days=1), day.register_end_kwh)):
            body.append(f"030|{day.quantity}|{on:%Y%m%d}000000|{value:.1f}|||T|N|")
    return _enveloped("D0010002", "D|SYNH", "X|SYNS", "SYN0000005", body, groups, created)


def d0268_text(systems: Sequence[System], created: str) -> str:
    """Systems with one meter each; PINs, user names and passwords are plainly made up."""
    body: list[str] = []
    for system in systems:
        for meter in system.meters:
            body += _details(system, meter)
    return _enveloped("D0268002", "M|SYNM", "C|SYNH", "SYN0000006", body, len(body) // 4, created)


def _details(system: System, meter: Meter) -> list[str]:
    secrets = "|".join(["0000", "NOBODY", "NOTASECRET", "", "", "", "", "NOTASECRET"])
    outstation = (
        f"{meter.outstation_id}|{meter.outstation_type}|MODEM1|4|6|{secrets}|IP|GPRS|I|192.0.2.1||9600|PROV||||"
    )
    installed = f"{meter.effective_from:%Y%m%d}"
    return [
        f"01A|{system.mpan_core}|{installed}|{meter.cop}|{meter.issue}|F|SWITCHROOM|400|3|I||",
        f"02A|{outstation}",
        f"03A|{meter.meter_serial}|{meter.meter_type}|{installed}|5|1/1|400/5|3P4W|A|{installed}|SYNM|",
        f"04A|01|{meter.outstation_id}|1|{meter.resolution_kwh:g}|1.0|1.0|AI|{meter.register_digits}|||",
    ]


def _enveloped(
    flow: str, sender: str, receiver: str, identifier: str, body: Sequence[str], groups: int, created: str
) -> str:
    header = f"ZHV|{identifier}|{flow}|{sender}|{receiver}|{created}||||TR01|"
    trailer = f"ZPT|{identifier}|{len(body)}||{groups}|{created}|"
    return "".join(f"{line}\n" for line in [header, *body, trailer])
