"""Which of several forms an answer takes, by the Accept header."""

from __future__ import annotations

from collections.abc import Mapping

from service.problems import Problem

_ALIASES = {
    "application/ndjson": "application/x-ndjson",
    "application/jsonl": "application/x-ndjson",
    "application/x-parquet": "application/vnd.apache.parquet",
}


def chosen(header: str | None, forms: Mapping[str, str]) -> str:
    """The word of the form (word: media type) that the client likes best; Problem 406 with the list for none."""
    wishes = []
    for at, part in enumerate((header or "*/*").split(",")):
        name, *parameters = (piece.strip() for piece in part.lower().split(";"))
        quality = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
        weight = float(quality) if quality.replace(".", "", 1).isdigit() else 0.0
        if name and weight > 0:
            wishes.append((-weight, -_exactness(name), at, _ALIASES.get(name, name)))
    for *_, name in sorted(wishes):
        for word, media_type in forms.items():
            if name in (media_type, "*/*", media_type.split("/")[0] + "/*"):
                return word
    offered = list(forms.values())
    raise Problem(406, "not-acceptable", f"this can be had as {', '.join(offered)}", offered=offered)


def _exactness(name: str) -> int:
    return 0 if name == "*/*" else 1 if name.endswith("/*") else 2
