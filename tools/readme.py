"""Writes README.md from its template and the product's own tables: `python -m tools.readme [--check]`."""

from __future__ import annotations

import argparse
import csv
import difflib
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import jinja2
import polars as pl
import pyarrow as pa
import typer
from pydantic.fields import FieldInfo
from typer.testing import CliRunner

from sample_data import write_dip
from sample_data.own_rules import dispensations_csv
from service.api.app import create_app
from service.settings import Settings
from tools import meanings
from validator.catalogue import CATALOGUE
from validator.command.app import app
from validator.convert.targets import TARGETS
from validator.impact.kinds import EFFECT_MEANINGS, FIRMWARE_MEANINGS
from validator.readings import FORMATS
from validator.readings.customers import sheet_reach, workbook
from validator.registry.facts import FACTS
from validator.regulation import AccuracyLimit, CopIssue, Limit, Regulation, load_regulation
from validator.regulation.rows import FAILING_STATUSES
from validator.regulation.vocabulary import POLICIES
from validator.report.certification import MEANINGS as CERTIFICATION_MEANINGS
from validator.report.folder import FILES
from validator.report.page import OUTCOME_MEANINGS, STATUS_MEANINGS
from validator.report.unmatched import MOST_LISTED
from validator.report.words import OUTCOME_WORDS, day
from validator.schema import FLAG_BITS, READINGS, REQUIRED_COLUMNS, SENT_COLUMNS
from validator.standing.columns import COLUMNS, REQUIRED

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
TEMPLATE = "README.md.j2"
ENERGIES = ("active", "reactive")
MAPPING = ROOT / "sample_data" / "registry" / "compliance_list.toml"
SEED = ("--type", "Prometer 100", "--on", "2022-07-05")
NEAR_MISS = ("--variant", "P3E", "--firmware", "M6X8GOB", "--cop", "5", "--issue", "6")

_STANDING_TYPES = {
    pl.String(): "text",
    pl.Date(): "date",
    pl.Int32(): "whole number",
    pl.Float64(): "number",
    pl.Boolean(): "yes or no",
}


def main(arguments: list[str] | None = None) -> int:
    """0; or 1 where `--check` finds that README.md is not what the template and tables give."""
    parser = argparse.ArgumentParser(prog="python -m tools.readme", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when README.md is out of date")
    text = render()
    if not parser.parse_args(arguments).check:
        README.write_text(text, encoding="utf-8")
        return 0
    current = README.read_text(encoding="utf-8") if README.exists() else ""
    sys.stderr.writelines(changes(current, text))
    return int(current != text)


def changes(current: str, wanted: str) -> Iterable[str]:
    """The unified difference of two READMEs, by line; empty where they are the same."""
    return difflib.unified_diff(
        current.splitlines(keepends=True), wanted.splitlines(keepends=True), "README.md", "README.md as generated"
    )


def render() -> str:
    """The README as it should be."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - Markdown, and from our own tables
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    regulation = load_regulation()
    return environment.get_template(TEMPLATE).render(
        routes_table=_routes(),
        settings_table=_settings(),
        checks_table=_checks(),
        limits_tables=_limits(regulation),
        policy_table=_policies(regulation),
        sources_table=_sources(regulation),
        formats_table=_formats(),
        most_workbook_mib=workbook.MOST_WORKBOOK_BYTES // 1024**2,
        most_cells=sheet_reach.MOST_CELLS,
        few_cells=sheet_reach.FEW_CELLS,
        most_empty=sheet_reach.MOST_EMPTY,
        targets_table=_targets(),
        readings_table=_readings(),
        flags_table=_table(("bit", "flag"), ((str(bit), f"`{name}`") for bit, name in enumerate(FLAG_BITS))),
        layouts_table=_layouts(),
        standing_table=_standing(),
        most_listed=MOST_LISTED,
        files_table=_meant("file", "holds", FILES, meanings.OUTPUT_FILES),
        exit_codes_table=_meant("code", "meaning", meanings.EXIT_CODES, meanings.EXIT_CODES),
        outcomes_table=_table(
            ("outcome", "meaning"), ((f"**{word}**", OUTCOME_MEANINGS[name]) for name, word in OUTCOME_WORDS.items())
        ),
        statuses_table=_statuses(),
        certification_table=_meant("word", "meaning", CERTIFICATION_MEANINGS, CERTIFICATION_MEANINGS),
        seed_decisions=_said("approvals", "decide", *SEED, "--firmware", "M6X8G0B"),
        near_miss=_said("approvals", "decide", *SEED, *NEAR_MISS),
        commands_table=_commands(),
        registry_table=_registry(),
        mapping_example=MAPPING.read_text(encoding="utf-8").strip(),
        firmware_kinds_table=_meant("firmware", "meaning", FIRMWARE_MEANINGS, FIRMWARE_MEANINGS),
        effects_table=_meant("effect", "meaning", EFFECT_MEANINGS, EFFECT_MEANINGS),
        dip_mapping=write_dip.MAPPING,
        checks=len(CATALOGUE),
        example=_example(regulation),
        dispensations=dispensations_csv().strip(),
    )


def _said(*arguments: str) -> str:
    """What the command prints on the shipped tables."""
    outcome = CliRunner().invoke(app, arguments, env={"COPCHECK_DATABASE_URL": ""})
    if outcome.exit_code not in (0, 1):
        raise RuntimeError(f"copcheck {' '.join(arguments)}: {outcome.output}")
    return "\n".join(line.rstrip() for line in outcome.output.strip().splitlines())


def _commands() -> str:
    """Every command of the groups that keep or ask the registry, in the words of its own help."""
    group = typer.main.get_command(app)
    rows = []
    for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined]
        for called, each in sorted(getattr(command, "commands", {}).items()):
            rows.append((f"`{name} {called}`", each.get_short_help_str(200)))
    return _table(("command", "does"), rows)


def _registry() -> str:
    rows = [(f"`{fact.table.removesuffix('.csv')}`", meanings.REGISTRY[fact.table]) for fact in FACTS.values()]
    return _table(("table", "holds"), [*rows, ("`standing_data`", meanings.REGISTRY["standing_data"])])


def _example(regulation: Regulation) -> Limit:
    """A limit that cannot FAIL as shipped, for the text on promoting one."""
    return next(
        limit
        for issue in regulation.cop_issues
        for limit in regulation.limits_for(issue.cop, issue.issue).all()
        if limit.name == "storage_days" and not limit.may_fail and limit.cop == "5"
    )


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = [_cell(name) for name in header]
    lines = [head, ["---"] * len(head), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;") or " "


def _meant(name: str, meaning: str, names: Iterable[object], meant: Mapping[Any, str]) -> str:
    """A table of names in the product's order; KeyError for a name that has no meaning in words."""
    words = {str(each): text for each, text in meant.items()}
    return _table((name, meaning), ((f"`{each}`", words[str(each)]) for each in names))


def _checks() -> str:
    header = ("code", "what it finds", "family", "outcome", "next action")
    return _table(
        header,
        (
            (f"`{check.code}`", check.title, check.family, meanings.OUTCOME_RULES[check.outcome], check.next_action)
            for check in CATALOGUE
        ),
    )


def _limits(regulation: Regulation) -> str:
    return "\n\n".join(_issue(regulation, issue) for issue in regulation.cop_issues)


def _issue(regulation: Regulation, issue: CopIssue) -> str:
    on = regulation.limits_for(issue.cop, issue.issue)
    rows = [_limit_row(limit) for limit in on.all()]
    rows.extend(_accuracy_row(band) for energy in ENERGIES for band in on.accuracy(energy))
    heading = f"### {issue.name}: {issue.title}"
    told = f"{_in_force(issue)}. Issue on file from {issue.source} ({issue.status})."
    if not rows:
        return f"{heading}\n\n{told} No limits on file: every check that needs one is not run, and the report says so."
    header = ("limit", "value", "unit", "stated in Issue", "source", "status", "may FAIL", "note")
    return f"{heading}\n\n{told}\n\n{_table(header, rows)}"


def _in_force(issue: CopIssue) -> str:
    if issue.in_force_from is None and issue.in_force_to is None:
        return "In force; dates not known"
    if issue.in_force_from is None:
        return f"In force to {_day(issue.in_force_to)}"
    if issue.in_force_to is None:
        return f"In force from {_day(issue.in_force_from)}"
    return f"In force from {_day(issue.in_force_from)} to {_day(issue.in_force_to)}"


def _day(on: date | None) -> str:
    return "not known" if on is None else day(on)


def _limit_row(limit: Limit) -> tuple[str, ...]:
    name = f"`{limit.name}`"
    if limit.applies_to:
        name += f" ({limit.applies_to.replace('_', ' ')} meters)"
    return (name, limit.text.replace("|", ", "), limit.unit, *_cited(limit))


def _accuracy_row(band: AccuracyLimit) -> tuple[str, ...]:
    top = "up to and including" if band.load_to_inclusive else "to below"
    load = f"load {band.load_from_pct:g} % {top} {band.load_to_pct:g} %"
    name = f"accuracy, {band.energy}, power factor {band.power_factor}, {load}"
    return (name, f"{band.limit_pct:g}", "%", *_cited(band))


def _cited(limit: Limit | AccuracyLimit) -> tuple[str, ...]:
    return (str(limit.from_issue), limit.source, limit.status, "yes" if limit.may_fail else "no", limit.note)


def _policies(regulation: Regulation) -> str:
    header = ("policy", "value", "unit", "source", "status", "note")
    policies = [regulation.policy(name) for name in POLICIES]
    return _table(header, ((f"`{p.name}`", p.text, p.unit, p.source, p.status, p.note) for p in policies))


def _sources(regulation: Regulation) -> str:
    header = ("source", "title", "publisher", "dated", "note")
    return _table(
        header,
        (
            (each.source, each.title, each.publisher, _iso(each.dated), each.note)
            for each in regulation.sources.values()
        ),
    )


def _iso(on: date | None) -> str:
    return "" if on is None else on.isoformat()


def _settings() -> str:
    def default(field: FieldInfo) -> str:
        value = field.get_default(call_default_factory=False)
        return "all cores" if field.default_factory else "" if value is None else f"`{value}`"

    rows = [
        (f"`COPCHECK_{name.upper()}`", default(f), f.description or "") for name, f in Settings.model_fields.items()
    ]
    return _table(("variable", "default", "meaning"), rows)


def _routes() -> str:
    paths = create_app(Settings()).openapi()["paths"]
    rows = [
        (f"`{method.upper()} {path}`", operation["description"].split("\n")[0])
        for path, operations in paths.items()
        for method, operation in operations.items()
    ]
    return _table(("route", "what it does"), rows)


def _formats() -> str:
    header = ("word", "format", "media type", "usual endings")
    return _table(
        header,
        ((f"`{each.word}`", each.title, f"`{each.media_type}`", ", ".join(each.endings)) for each in FORMATS),
    )


def _targets() -> str:
    return _table(("word", "endings"), ((f"`{each.word}`", ", ".join(each.endings)) for each in TARGETS))


def _readings() -> str:
    def row(name: str) -> tuple[str, ...]:
        required = "yes" if name in REQUIRED_COLUMNS else ""
        return (f"`{name}`", _arrow_type(READINGS.field(name).type), required, meanings.READINGS[name])

    return _table(("column", "Arrow type", "required", "meaning"), map(row, SENT_COLUMNS))


def _layouts() -> str:
    """What each way to write Parquet costs, as `benchmarks.suite_layouts --keep` found it, the quickest shape first."""
    with (ROOT / "benchmarks" / "layouts.csv").open(encoding="utf-8", newline="") as file:
        measured = [row for row in csv.DictReader(file) if row["row_group"] == "65536"]
    shapes = list(dict.fromkeys(row["shape"] for row in measured))
    cells = {(row["encoding"], row["shape"]): f"{row['wall_ns']} ns, {row['bytes']} B" for row in measured}
    encodings = dict.fromkeys(row["encoding"] for row in measured)
    rows = ((encoding, *(cells[encoding, shape] for shape in reversed(shapes))) for encoding in encodings)
    return _table(("encoding, compression", *reversed(shapes)), rows)


def _arrow_type(kind: pa.DataType) -> str:
    return f"list of {kind.value_type}" if pa.types.is_list(kind) else str(kind)


def _standing() -> str:
    def row(name: str, kind: pl.DataType) -> tuple[str, ...]:
        required = "yes" if name in REQUIRED else ""
        return (f"`{name}`", _STANDING_TYPES[kind], required, meanings.STANDING[name])

    return _table(("column", "type", "required", "meaning"), (row(*column) for column in COLUMNS.items()))


def _statuses() -> str:
    return _table(
        ("status", "meaning", "may FAIL"),
        (
            (f"`{status}`", meaning, "yes" if status in FAILING_STATUSES else "no")
            for status, meaning in STATUS_MEANINGS.items()
        ),
    )


if __name__ == "__main__":
    raise SystemExit(main())
