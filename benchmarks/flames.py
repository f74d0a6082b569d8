"""A flame graph drawn from sampled stacks, with nothing but SVG: each box is a function, as wide as its share."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

Stacks = Mapping[tuple[str, ...], int]

_WIDTH, _HEIGHT, _LETTER = 1040.0, 17.0, 6.2
_LEAST = 0.002
"""Narrower boxes than this share are left out."""
_OURS, _OTHERS = ("#e9a35b", "#e08a4f", "#f0b877"), ("#9fb8cf", "#b4c8da", "#8eabc6")


@dataclass
class Frame:
    """One function at one place in the stacks, and the samples in which it was there."""

    name: str
    samples: int = 0
    callees: dict[str, Frame] = field(default_factory=dict)


def tree(stacks: Stacks) -> Frame:
    """The stacks, outermost function first, joined from their roots."""
    root = Frame("all")
    for names, samples in stacks.items():
        at = root
        at.samples += samples
        for name in names:
            at = at.callees.setdefault(name, Frame(name))
            at.samples += samples
    return root


def flame_graph(stacks: Stacks, title: str) -> str:
    """The SVG; the outermost function is at the top."""
    root = tree(stacks)
    boxes: list[str] = []
    deepest = _draw(root, root.samples, 0.0, 0, boxes)
    height = (deepest + 1) * _HEIGHT + 4
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {height:.0f}" width="{_WIDTH:.0f}" '
        f'height="{height:.0f}" role="img" font-family="system-ui,sans-serif" font-size="10.5">'
    )
    ground = f'<rect width="{_WIDTH:.0f}" height="{height:.0f}" fill="white"/>'
    return f"{head}<title>{html.escape(title)}</title>{ground}{''.join(boxes)}</svg>"


def _draw(frame: Frame, whole: int, left: float, depth: int, boxes: list[str]) -> int:
    share = frame.samples / whole
    width = share * _WIDTH
    fill = (_OURS if _is_ours(frame.name) else _OTHERS)[depth % 3]
    top = depth * _HEIGHT + 2
    letters = int((width - 6) / _LETTER)
    shown = frame.name if len(frame.name) <= letters else f"{frame.name[: letters - 1]}…" if letters > 3 else ""
    boxes.append(
        f'<g><title>{html.escape(frame.name)}: {share:.1%}</title><rect x="{left:.1f}" y="{top:.0f}" '
        f'width="{max(width - 0.5, 0.3):.1f}" height="{_HEIGHT - 1:.0f}" fill="{fill}"/>'
        f'<text x="{left + 3:.1f}" y="{top + 12:.0f}" fill="#222">{html.escape(shown)}</text></g>'
    )
    deepest, at = depth, left
    for callee in sorted(frame.callees.values(), key=lambda each: each.name):
        if callee.samples / whole >= _LEAST:
            deepest = max(deepest, _draw(callee, whole, at, depth + 1, boxes))
        at += callee.samples / whole * _WIDTH
    return deepest


def own_shares(stacks: Stacks) -> dict[str, float]:
    """By the innermost function of ours, with what it calls of others: shares of all samples, the most first."""
    found: Counter[str] = Counter()
    for names, samples in stacks.items():
        found[next((name for name in reversed(names) if _is_ours(name)), "others alone")] += samples
    return {name: samples / found.total() for name, samples in found.most_common()}


def _is_ours(name: str) -> bool:
    return "(validator/" in name or "(kernels/" in name or "(benchmarks/" in name
