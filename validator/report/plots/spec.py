"""Pictures as Vega-Lite, in one palette that the page's style sheet recolours for the dark.

The specification is written directly: importing a builder of it costs more than drawing all plots.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from validator.report.plots.picture import Gauge, Panel, Picture

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
INK, SOFT, GRID = "#33383f", "#8496a9", "#dfe2e6"
LIMIT, LINE = "#14171a", "#1565a8"
FLAG = {"FAIL": "#b3261e", "NOT_ASSESSED": "#5b4b8a", "QUERY": "#a85f00"}

_WIDTH, _HEIGHT, _PANEL_HEIGHT = 430, 170, 105
_FONT_PX = 12
_GAP = 0.07
_CONFIG = {
    "aria": False,
    "background": None,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": _FONT_PX,
        "titleFontSize": _FONT_PX,
        "titleFontWeight": "normal",
        "domainColor": SOFT,
        "tickColor": SOFT,
        "gridColor": GRID,
    },
    "text": {"fontSize": _FONT_PX, "color": LIMIT},
}

Spec = dict[str, Any]


def picture_spec(picture: Picture, outcome: str) -> Spec:
    """Panels one above the other over common slots; the offending slots in the outcome's colour."""
    lowest = len(picture.panels) - 1
    panels = [_panel(picture, panel, outcome, at == lowest) for at, panel in enumerate(picture.panels)]
    return {"$schema": SCHEMA, "config": _CONFIG, "vconcat": panels, "spacing": 14}


def gauge_spec(gauge: Gauge, outcome: str) -> Spec:
    """One bar from zero, with the limit across it."""
    x = {"field": "x", "type": "quantitative", "axis": _value_axis(gauge.unit)}
    bar = {
        "data": _data([{"x": gauge.value}]),
        "mark": {"type": "bar", "color": FLAG[outcome], "height": 22},
        "encoding": {"x": x},
    }
    limit = {"x": {"field": "x", "type": "quantitative"}}
    rule = {"data": _data([{"x": gauge.limit}]), "mark": _rule("limit"), "encoding": limit}
    label = {
        "data": _data([{"x": gauge.limit}]),
        "mark": {"type": "text", "dy": -34, "text": "limit"},
        "encoding": limit,
    }
    return {
        "$schema": SCHEMA,
        "config": _CONFIG,
        "width": _WIDTH,
        "height": 56,
        "layer": [bar, rule, label],
    }


def _panel(picture: Picture, panel: Panel, outcome: str, with_clock: bool) -> Spec:
    layers = [
        *_bars(panel, outcome),
        *_line(panel.line),
        *_marks(panel, outcome),
        *_limit(panel, picture.slots),
        *_end(picture.end),
    ]
    height = _HEIGHT if len(picture.panels) == 1 else _PANEL_HEIGHT
    x = _slot_axis(picture) if with_clock else None
    layers[0]["encoding"]["x"]["axis"] = x
    layers[0]["encoding"]["y"]["axis"] = _value_axis(panel.axis)
    scale = {"domain": [0, picture.slots], "nice": False}
    for layer in layers:
        if "x" in layer["encoding"]:
            layer["encoding"]["x"]["scale"] = scale
    return {"width": _WIDTH, "height": height, "layer": layers}


def _bars(panel: Panel, outcome: str) -> Iterable[Spec]:
    """Two layers, even where one of them is empty: the first carries the axes."""
    drawn = [(slot, value) for slot, value in enumerate(panel.bars) if value is not None]
    for flagged, colour in ((False, SOFT), (True, FLAG[outcome])):
        bars = [
            {"x": slot + _GAP, "end": slot + 1 - _GAP, "y": value}
            for slot, value in drawn
            if (slot in panel.flagged) == flagged
        ]
        yield {
            "data": _data(bars),
            "mark": {"type": "bar", "color": colour},
            "encoding": {**_position(), "x2": {"field": "end"}, "y2": {"datum": 0}},
        }


def _line(line: Iterable[float | None]) -> Iterable[Spec]:
    values = list(line)
    if values:
        steps = [{"x": slot, "y": value} for slot, value in enumerate([*values, values[-1]])]
        mark = {"type": "line", "interpolate": "step-after", "color": LINE, "strokeWidth": 2}
        yield {"data": _data(steps), "mark": mark, "encoding": _position()}


def _marks(panel: Panel, outcome: str) -> Iterable[Spec]:
    """A triangle over each offending bar, a cross where there is none: colour is never the only sign.

    Where all are offending there is nothing to tell apart, and the key says so.
    """
    if len(panel.flagged) >= len(panel.bars):
        return
    values = {slot: panel.bars[slot] for slot in panel.flagged if slot < len(panel.bars)}
    over = [{"x": slot + 0.5, "y": max(value, 0.0)} for slot, value in values.items() if value is not None]
    none = [{"x": slot + 0.5, "y": 0} for slot, value in values.items() if value is None]
    for shape, at, lift in (("triangle-down", over, -6), ("cross", none, -6)):
        if at:
            mark = {
                "type": "point",
                "shape": shape,
                "filled": True,
                "opacity": 1,
                "size": 34,
                "color": FLAG[outcome],
                "yOffset": lift,
            }
            yield {"data": _data(at), "mark": mark, "encoding": _position()}


def _limit(panel: Panel, slots: int) -> Iterable[Spec]:
    if panel.limit is None:
        return
    y = {"y": {"field": "y", "type": "quantitative"}}
    yield {"data": _data([{"y": panel.limit}]), "mark": _rule("limit"), "encoding": y}
    word, _, rest = panel.limit_label.partition(" ")
    # The last line beside the rule: lower, a limit near zero would run into the clock.
    mark = {
        "type": "text",
        "align": "left",
        "baseline": "middle",
        "dx": 5,
        "dy": 1 - _FONT_PX,
        "text": [word, rest],
    }
    yield {"data": _data([{"x": slots, "y": panel.limit}]), "mark": mark, "encoding": _position()}


def _end(end: int | None) -> Iterable[Spec]:
    if end is not None:
        x = {"x": {"field": "x", "type": "quantitative"}}
        yield {"data": _data([{"x": end}]), "mark": _rule("end"), "encoding": x}


def _rule(kind: str) -> Spec:
    dash = {"limit": [6, 3], "end": [2, 3]}[kind]
    return {"type": "rule", "color": LIMIT, "strokeWidth": 1.6, "strokeDash": dash}


def _position() -> Spec:
    return {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}}


def _slot_axis(picture: Picture) -> Spec:
    labels = {str(slot): list(lines) for slot, lines in picture.ticks}
    return {
        "values": [slot for slot, _ in picture.ticks],
        "labelExpr": f"({json.dumps(labels)})[datum.value]",
        "title": picture.axis,
        "grid": False,
        "labelOverlap": False,
        "labelFlush": False,
    }


def _value_axis(title: str) -> Spec:
    return {"title": title, "tickCount": 4, "domain": False, "ticks": False}


def _data(values: list[Spec]) -> Spec:
    return {"values": values}
