"""Vega-Lite to SVG that can stand inside a page, beside others of its kind."""

from __future__ import annotations

import re
from typing import Any

_IDENTIFIER = re.compile(r'(\bid="|url\(#|href="#)')
_NAMESPACE = re.compile(r'\s(?:xmlns(?::\w+)?|version|class)="[^"]*"')
_TAG = re.compile(r"<[^>]*>")
_LONG_DECIMAL = re.compile(r"(\.\d{2})\d+")


def svg_of(spec: dict[str, Any], prefix: str) -> str:
    """An `svg` element without scripts, links or namespaces; its ids begin with `prefix`.

    Nothing is fetched: data are in the specification, and every base address is refused.
    """
    # Loading it starts a JavaScript engine, for which a run without findings should not pay.
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version="6.4", allowed_base_urls=[])
    opening, rest = drawn.split(">", 1)
    whole = f"{_NAMESPACE.sub('', opening)}>{rest}"
    return _TAG.sub(lambda tag: _compact(tag[0], prefix), whole)


def _compact(tag: str, prefix: str) -> str:
    """Ids of its own, and coordinates to a hundredth of a pixel; text between the tags stays as it is."""
    return _LONG_DECIMAL.sub(r"\1", _IDENTIFIER.sub(rf"\1{prefix}-", tag))
