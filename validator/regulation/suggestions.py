"""Listed texts near one that is not listed. A suggestion never matches: a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

_LETTER_AND_DIGIT = ("O0", "I1", "l1", "S5", "B8", "Z2")
_LETTER_AND_LETTER = ("Il",)
_LOOKS_ALIKE = str.maketrans("OILSBZ", "011582")


class Listed:
    """Listed texts, indexed so that those near a text are found without looking at all of them.

    Ten thousand unlisted meters against ten thousand listed types are a hundred million pairs otherwise.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(name for name in names if name))

    def suggestions(self, text: str) -> tuple[str, ...]:
        """As the function of that name, over these texts."""
        places = {place for key in _keys(text) for place in self._places.get(key, ())}
        return suggestions(text, (self.names[place] for place in sorted(places)))

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, name in enumerate(self.names):
            for key in set(_keys(name)):
                places.setdefault(key, []).append(place)
        return places


def _keys(text: str) -> Iterator[str]:
    """Texts that are near each other share a key: what looks alike, or all but one character."""
    yield text.strip().upper().translate(_LOOKS_ALIKE)
    yield text
    yield from (f"{text[:at]}{text[at + 1 :]}" for at in range(len(text)))


def suggestions(text: str, listed: Iterable[str]) -> tuple[str, ...]:
    """Messages, case and look-alike characters first; then, as hints, one differing character.

    `M6X8GOB` gives `did you mean M6X8G0B: letter O, digit 0`.
    """
    known = tuple(dict.fromkeys(name for name in listed if name and name != text))
    likely = ((name, _mistakes(text, name)) for name in known)
    meant = {name: f"did you mean {name}: {', '.join(found)}" for name, found in likely if found}
    hints = (_one_edit(text, name) for name in known if name not in meant)
    return (*meant.values(), *(hint for hint in hints if hint))


def _mistakes(text: str, name: str) -> tuple[str, ...]:
    """What was taken for what, where that explains every difference; else ()."""
    if text.strip() == name:
        return ("white space around it",)
    if len(text) != len(name):
        return ()
    found = [_mistake(was, meant) for was, meant in zip(text, name, strict=True) if was != meant]
    if not found or any(mistake is None for mistake in found):
        return ()
    return tuple(dict.fromkeys(mistake for mistake in found if mistake is not None))


def _mistake(was: str, meant: str) -> str | None:
    if was.casefold() == meant.casefold():
        return "upper and lower case"
    for pair in (*_LETTER_AND_DIGIT, *_LETTER_AND_LETTER):
        if _is_pair(was, meant, pair):
            return f"{_kind(was)} {was}, {_kind(meant)} {meant}"
    return None


def _is_pair(was: str, meant: str, pair: str) -> bool:
    """A letter taken for a digit is told in either case: `o` stands for 0 in lower-case text."""
    return {was, meant} == set(pair) or {was.upper(), meant.upper()} == set(pair)


def _kind(character: str) -> str:
    return "digit" if character.isdigit() else "letter"


def _one_edit(text: str, name: str) -> str | None:
    if len(text) == len(name):
        differing = sum(was != other for was, other in zip(text, name, strict=True))
        return f"{name} differs in one character (a hint only)" if differing == 1 else None
    short, long = sorted((text, name), key=len)
    if len(long) - len(short) != 1 or not any(long[:at] + long[at + 1 :] == short for at in range(len(long))):
        return None
    more = "one character more" if long == name else "one character less"
    return f"{name} has {more} (a hint only)"
