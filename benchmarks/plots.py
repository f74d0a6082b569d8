"""The plots of the results page, by Vega-Lite; nothing is fetched."""

from __future__ import annotations

from typing import Any

Rows = list[dict[str, Any]]
_COLOURS = ["#1b6ca8", "#c0561e", "#3c7d3c", "#7a4fa0"]


def bars(rows: Rows) -> str:
    """Ratios by contender, on a logarithmic scale, one panel for each estate."""
    ratio = {"field": "ratio", "type": "quantitative", "scale": {"type": "log"}, "title": "times copcheck"}
    name = {"field": "name", "type": "nominal", "sort": "x", "title": None}
    return _svg(
        {
            "data": {"values": rows},
            "facet": {"row": {"field": "estate", "title": None}},
            "spec": {
                "width": 520,
                "height": {"step": 22},
                "layer": [
                    {
                        "mark": {"type": "bar", "color": _COLOURS[0]},
                        "encoding": {"x": {**ratio, "stack": None}, "y": name},
                    },
                    {
                        "mark": {"type": "text", "align": "left", "dx": 4},
                        "encoding": {"x": ratio, "y": name, "text": {"field": "ratio", "format": ".3~g"}},
                    },
                ],
            },
        }
    )


def readers(rows: Rows) -> str:
    """How many times as fast as each peer, a panel for each peer and a bar for each file; right of 1 is faster."""
    ratio = {"field": "ratio", "type": "quantitative", "scale": {"type": "log"}, "title": "times as fast"}
    file = {"field": "file", "type": "nominal", "sort": None, "title": None}
    return _svg(
        {
            "data": {"values": rows},
            "facet": {"column": {"field": "name", "title": None}},
            "spec": {
                "width": 130,
                "height": {"step": 16},
                "layer": [
                    {"mark": {"type": "rule", "color": "#888"}, "encoding": {"x": {"datum": 1}}},
                    {
                        "mark": {"type": "point", "filled": True, "color": _COLOURS[0]},
                        "encoding": {"x": ratio, "y": file},
                    },
                ],
            },
        }
    )


def stacks(rows: Rows) -> str:
    """Nanoseconds a reading by kernel, a bar for each estate."""
    return _svg(
        {
            "width": 520,
            "height": {"step": 34},
            "data": {"values": [{**row, "place": place} for place, row in enumerate(rows)]},
            "mark": "bar",
            "encoding": {
                "x": {"field": "nanoseconds", "type": "quantitative", "title": "ns a reading"},
                "y": {"field": "estate", "type": "nominal", "title": None},
                "order": {"field": "place"},
                "color": {
                    "field": "name", "type": "nominal", "title": None, "sort": None,
                    "legend": {"orient": "bottom", "columns": 2, "labelLimit": 0},
                },
            },
        }
    )  # fmt: skip


def line(rows: Rows) -> str:
    """Nanoseconds a reading over a share."""
    return _svg(
        {
            "width": 520,
            "height": 220,
            "data": {"values": rows},
            "mark": {"type": "line", "point": True, "color": _COLOURS[0]},
            "encoding": {
                "x": {"field": "share", "type": "quantitative", "axis": {"format": "%"}, "title": "share of the days"},
                "y": {"field": "nanoseconds", "type": "quantitative", "title": "ns a reading"},
            },
        }
    )


def scaling(rows: Rows) -> str:
    """Seconds over readings, a line for each format."""
    return _svg(
        {
            "width": 560,
            "height": 260,
            "data": {"values": rows},
            "mark": {"type": "line", "point": True},
            "encoding": {
                "x": {"field": "readings", "type": "quantitative", "axis": {"format": "~s"}},
                "y": {"field": "seconds", "type": "quantitative"},
                "color": {"field": "format", "type": "nominal", "scale": {"range": _COLOURS}},
            },
        }
    )


def curves(rows: Rows) -> str:
    """Probability of detection of each fault, and the false-alarm rate, over one check's threshold."""
    values = [
        {"threshold": row["threshold"], "curve": f"detected: {row['fault']}", "share": row["probability"]}
        for row in rows
    ]
    alarms = {row["threshold"]: row["false_alarm_rate"] for row in rows}
    values += [{"threshold": at, "curve": "false alarms", "share": rate} for at, rate in alarms.items()]
    in_force = [{"threshold": row["threshold"]} for row in rows if row["shipped"]][:1]
    threshold = {
        "field": "threshold",
        "type": "quantitative",
        "scale": {"type": "log"},
        "title": f"{rows[0]['check']}, {rows[0]['unit']}",
    }
    return _svg(
        {
            "width": 560,
            "height": 240,
            "layer": [
                {
                    "data": {"values": values},
                    "mark": {"type": "line", "point": True},
                    "encoding": {
                        "x": threshold,
                        "y": {"field": "share", "type": "quantitative", "axis": {"format": "%"}, "title": None},
                        "color": {"field": "curve", "type": "nominal", "title": None, "scale": {"range": _COLOURS}},
                    },
                },
                {
                    "data": {"values": in_force},
                    "mark": {"type": "rule", "strokeDash": [4, 3], "color": "#555"},
                    "encoding": {"x": threshold},
                },
            ],
        }
    )


def _svg(spec: dict[str, Any]) -> str:
    import vl_convert

    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "background": "white", **spec}
    return str(vl_convert.vegalite_to_svg(whole, vl_version="6.4", allowed_base_urls=[]))
