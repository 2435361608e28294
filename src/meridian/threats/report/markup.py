"""HTML that is put together from elements, so that no text can become one: whatever is no `Markup` is escaped."""

from html import escape
from typing import TypeAlias

VOID = frozenset({"meta", "rect", "line"})
"""Elements without an end here."""


class Markup(str):
    """Text that is HTML already; made by `tag` only."""

    __slots__ = ()


Child: TypeAlias = str | int | Markup | None


def tag(name: str, /, *children: Child, **attributes: str | int) -> Markup:
    """
    An element; `class_` and `for_` are spelled without their last line, other lines are hyphens.

    >>> tag("p", "1 < 2", tag("b", "&"), class_="a")
    '<p class="a">1 &lt; 2<b>&amp;</b></p>'
    """
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{said}>" if name == "meta" else f"<{name}{said}/>")
    return Markup(f"<{name}{said}>{joined(*children)}</{name}>")


def joined(*children: Child) -> Markup:
    """One after the other."""
    return Markup("".join(_one(child) for child in children))


def _one(child: Child) -> str:
    if child is None:
        return ""
    return child if isinstance(child, Markup) else escape(str(child))
