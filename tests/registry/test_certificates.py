"""Every kind of event in the life of a certificate: what it grants, what it ends, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.conftest import KINDS
from tests.databases import Template, everything, opened
from tests.registry import made_up
from tests.registry.made_up import event
from validator.errors import RegulationError
from validator.registry.life import RecordedEvent, record_event
from validator.registry.registry import Registry

ISSUED = event(variants="V1|V2", cops="5:6|3:5", mountings="wall|rack")


def record(registry: Registry, **cells: str) -> RecordedEvent:
    return record_event(registry, event(**cells), "clerk", apply=True)


def word(registry: Registry, on: str, firmware: str = "MU-1", variant: str = "V1", cop: str = "5:6") -> str:
    number, _, issue = cop.partition(":")
    rules = registry.regulation()
    return rules.decide(made_up.TYPE, variant, firmware, number, int(issue), date.fromisoformat(on)).word


def refused(registry: Registry, **cells: str) -> str:
    """The message; the registry is as it was."""
    before = everything(registry)
    with pytest.raises(RegulationError) as caught:
        record(registry, **cells)
    with pytest.raises(RegulationError):
        record_event(registry, event(**cells), "clerk")
    assert everything(registry) == before
    return str(caught.value)


@pytest.fixture(scope="module", params=KINDS)
def certified(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry with one certificate of made-up equipment, for what is refused and so changes nothing."""
    template: Template = request.getfixturevalue(f"{request.param}_template")
    with opened(template.copied(tmp_path_factory.mktemp("certified"))) as registry:
        record(registry)
        yield registry


def test_an_application_is_noted_and_grants_nothing(registry: Registry) -> None:
    done = record(registry, kind="APPLICATION_NOTED", received_on="2019-12-01", issued_on="")
    assert (done.granted, done.ended) == ((), ())
    assert done.due == {"SVG": (("5", 6),)}
    assert word(registry, "2020-06-01") == "TYPE_NOT_LISTED"
    assert len(registry.regulation().certificate_events) == 3


def test_a_certificate_is_issued_from_its_day_on(registry: Registry) -> None:
    done = record_event(registry, ISSUED, "clerk", apply=True)
    assert [(a.variant, a.mounting, a.cop, a.issue, a.committees) for a in done.granted] == [
        ("V1", "wall", "5", 6, ("SVG",)),
        ("V1", "wall", "3", 5, ("ISG", "SVG")),
        ("V2", "rack", "5", 6, ("SVG",)),
        ("V2", "rack", "3", 5, ("ISG", "SVG")),
    ]
    assert [word(registry, on) for on in ("2019-12-31", "2020-01-01")] == ["APPROVED_LATER", "APPROVED"]
    assert word(registry, "2020-06-01", cop="10:2") == "APPROVED_OTHER_ISSUE"


def test_only_the_list_s_publication_is_known(registry: Registry) -> None:
    record(registry, issued_on="", published_on="2020-03")
    (row,) = registry.regulation().listing.types[made_up.TYPE].approvals
    assert (row.valid_from, row.valid_from_precision) == (date(2020, 3, 1), "month")


def test_an_amendment_adds_firmware_and_leaves_the_old(registry: Registry) -> None:
    record_event(registry, ISSUED, "clerk", apply=True)
    record(registry, kind="FIRMWARE_AMENDED", variants="V1", firmware="MU-2", replaces_firmware="MU-1",
           basis="PARTIAL_TEST", protocol_affected="yes", issued_on="2021-01-01")  # fmt: skip
    assert word(registry, "2021-01-01", "MU-2") == "APPROVED"
    assert word(registry, "2020-12-31", "MU-2") == "APPROVED_LATER"
    assert word(registry, "2021-01-01", "MU-1") == "APPROVED"
    assert word(registry, "2021-01-01", "MU-2", "V2") == "FIRMWARE_NOT_LISTED"
    (row,) = registry.regulation().listing.rows_for(made_up.TYPE, "V1", "MU-2")
    assert (row.replaces_firmware, row.basis, row.protocol_affected) == ("MU-1", "PARTIAL_TEST", "yes")


def test_a_variant_and_a_cop_are_added(registry: Registry) -> None:
    record(registry)
    record(registry, kind="VARIANT_ADDED", variants="V3", issued_on="2021-01-01")
    record(registry, kind="COP_ADDED", cops="3:5", issued_on="2021-01-01")
    assert word(registry, "2021-01-01", variant="V3") == "APPROVED"
    assert word(registry, "2021-01-01", cop="3:5") == "APPROVED"
    assert word(registry, "2021-01-01", variant="V3", cop="3:5") == "APPROVED_OTHER_ISSUE"


def test_a_type_without_variants(registry: Registry) -> None:
    record(registry, variants="")
    assert word(registry, "2020-01-01", variant="") == "APPROVED"
    assert word(registry, "2020-01-01", variant="V1") == "VARIANT_NOT_LISTED"


def test_a_whole_certificate_is_removed_the_day_before(registry: Registry) -> None:
    record_event(registry, ISSUED, "clerk", apply=True)
    done = record(registry, kind="CERTIFICATE_REMOVED", variants="", firmware="", cops="", basis="UNKNOWN",
                  issued_on="", removed_on="2022-03-01")  # fmt: skip
    assert {last_day for _, last_day in done.ended} == {date(2022, 2, 28)}
    assert len(done.ended) == 4
    for variant in ("V1", "V2"):
        for cop in ("5:6", "3:5"):
            said = [word(registry, on, variant=variant, cop=cop) for on in ("2022-02-28", "2022-03-01")]
            assert said == ["APPROVED", "WITHDRAWN"]


def test_one_firmware_is_removed(registry: Registry) -> None:
    record_event(registry, ISSUED, "clerk", apply=True)
    record(registry, kind="FIRMWARE_AMENDED", firmware="MU-2", replaces_firmware="MU-1", issued_on="2021-01-01")
    record(registry, kind="CERTIFICATE_REMOVED", variants="", firmware="MU-1", cops="", issued_on="",
           removed_on="2022-03-01")  # fmt: skip
    assert word(registry, "2022-03-01", "MU-1") == "WITHDRAWN"
    assert word(registry, "2022-03-01", "MU-2") == "APPROVED"


def test_one_cop_of_one_variant_is_removed(registry: Registry) -> None:
    record_event(registry, ISSUED, "clerk", apply=True)
    record(registry, kind="CERTIFICATE_REMOVED", variants="V1", firmware="", cops="3:5", issued_on="",
           removed_on="2022-03-01")  # fmt: skip
    assert word(registry, "2022-03-01", cop="3:5") == "WITHDRAWN"
    assert word(registry, "2022-03-01", cop="5:6") == "APPROVED"
    assert word(registry, "2022-03-01", variant="V2", cop="3:5") == "APPROVED"


def test_an_approval_that_had_not_begun_is_only_retracted(registry: Registry) -> None:
    record(registry)
    record(registry, kind="COP_ADDED", cops="3:5", issued_on="2030-01-01")
    record(registry, kind="CERTIFICATE_REMOVED", variants="", firmware="", cops="", issued_on="",
           removed_on="2022-03-01")  # fmt: skip
    rows = registry.regulation().listing.rows_for(made_up.TYPE, "V1", "MU-1")
    assert [(row.cop, row.valid_to) for row in rows] == [("5", date(2022, 2, 28))]


def test_nothing_but_what_had_not_begun_is_removed(registry: Registry) -> None:
    record(registry, issued_on="2030-01-01")
    record(registry, kind="CERTIFICATE_REMOVED", variants="", firmware="", cops="", issued_on="",
           removed_on="2029-12-31")  # fmt: skip
    assert word(registry, "2031-01-01") == "TYPE_NOT_LISTED"


def test_a_removal_on_the_first_day_of_an_approval_leaves_nothing_of_it(registry: Registry) -> None:
    record(registry)
    record(registry, kind="COP_ADDED", cops="3:5", issued_on="2022-03-01")
    record(registry, kind="CERTIFICATE_REMOVED", variants="", firmware="", cops="3:5", issued_on="",
           removed_on="2022-03-01")  # fmt: skip
    assert word(registry, "2022-03-01", cop="3:5") == "APPROVED_OTHER_ISSUE"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"kind": "FIRMWARE_AMENDED", "firmware": "MU-2", "replaces_firmware": "MU-9"}, "MU-9 is not certified"),
        ({"kind": "FIRMWARE_AMENDED", "firmware": "MU-2", "replaces_firmware": "MU-1", "cops": "10:2"}, "CoP 10"),
        ({"kind": "FIRMWARE_AMENDED", "firmware": "MU-2", "replaces_firmware": "MU-1", "variants": "V9"}, "V9"),
        ({"kind": "FIRMWARE_AMENDED", "firmware": "MU-2"}, "names the firmware that it amends"),
        ({"kind": "FIRMWARE_AMENDED", "firmware": "MU-1", "replaces_firmware": "MU-1"}, "replaces itself"),
        ({"kind": "VARIANT_ADDED", "meter_type": "MADE-UP 2"}, "MADE-UP 2 has no certificate"),
        ({"kind": "COP_ADDED", "firmware": "MU-9"}, "MU-9 has no certificate"),
        ({"kind": "CERTIFICATE_REMOVED", "firmware": "MU-9", "issued_on": "", "removed_on": "2022-01-01"}, "nothing"),
        ({"kind": "CERTIFICATE_REMOVED", "issued_on": "", "removed_on": "2022-01"}, "a removal has a day"),
        ({"kind": "CERTIFICATE_ISSUED", "event": "OTHER", "cops": "5:9"}, "CoP 5 Issue 9 is not on file"),
        ({"kind": "CERTIFICATE_ISSUED", "event": "OTHER", "cops": "4:1"}, "CoP 4"),
        ({"kind": "CERTIFICATE_ISSUED", "event": "OTHER", "cops": "five"}, "'five' is not a CoP and Issue"),
        ({"kind": "CERTIFICATE_ISSUED", "event": "OTHER", "firmware": ""}, "without firmware"),
        ({"kind": "CERTIFICATE_ISSUED", "event": "OTHER", "received_on": "2020-02-01"}, "before received_on"),
        ({"kind": "CERTIFICATE_ISSUED", "event": "OTHER", "issued_on": "1 Jan 2020"}, "is not a date"),
        (
            {"kind": "CERTIFICATE_ISSUED", "firmware": "MU-3", "event": "OTHER", "source": "NO-SUCH"},
            "unknown source 'NO-SUCH'",
        ),
        ({"kind": "CERTIFICATE_ISSUED", "event": "OTHER"}, "overlaps another"),
        ({"kind": "CERTIFICATE_ISUED", "event": "OTHER"}, "did you mean CERTIFICATE_ISSUED"),
    ],
)
def test_what_builds_on_nothing_or_contradicts_itself(certified: Registry, cells: dict[str, str], said: str) -> None:
    assert said in refused(certified, **cells)


def test_what_was_removed_is_no_ground_to_build_on(registry: Registry) -> None:
    record(registry)
    record(registry, kind="CERTIFICATE_REMOVED", variants="", firmware="", cops="", issued_on="",
           removed_on="2022-03-01")  # fmt: skip
    later = {"kind": "FIRMWARE_AMENDED", "firmware": "MU-2", "replaces_firmware": "MU-1", "issued_on": "2023-01-01"}
    assert "is not certified" in refused(registry, **later)
    again = {"kind": "CERTIFICATE_REMOVED", "event": "AGAIN", "issued_on": "", "removed_on": "2023-01-01"}
    assert "nothing that it removes is certified" in refused(registry, **again)
    assert "has no certificate" in refused(registry, kind="COP_ADDED", cops="3:5", issued_on="2023-01-01")
    assert "has no certificate" in refused(registry, kind="VARIANT_ADDED", variants="V9", issued_on="2023-01-01")


def test_a_paper_to_a_committee_that_does_not_answer_is_refused(registry: Registry) -> None:
    before = everything(registry)
    paper = {"committee": "ISG", "paper": "1/1", "meeting_on": "2020-02-01", "source": "RECALLED", "status": "recalled"}
    with pytest.raises(RegulationError, match="SVG answers for its CoPs"):
        record_event(registry, event(), "clerk", papers=[paper], apply=True)
    assert everything(registry) == before


def test_a_new_source_goes_on_record_with_the_event(registry: Registry) -> None:
    source = {"source": "MADE-UP-PAPER", "title": "A made-up paper"}
    record_event(registry, event(source="MADE-UP-PAPER"), "clerk", source=source, apply=True)
    assert registry.regulation().sources["MADE-UP-PAPER"].title == "A made-up paper"
    assert word(registry, "2020-01-01") == "APPROVED"
