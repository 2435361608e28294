"""Narrative: what may be shown, and every way in that is shut."""

import time
from typing import Any

import pytest

from meridian.fhir.validation.findings import Context
from meridian.fhir.validation.narrative import narrative

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def wrong(text: Any) -> bool:
    return narrative(text, Context({}, conditional=False)) is not None


def div(inner: str) -> str:
    return f"<div {XHTML}>{inner}</div>"


ATTACKS = [
    div("<script>alert(1)</script>"),
    div("<SCRIPT>alert(1)</SCRIPT>"),
    div('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><text>a</text></svg>'),
    div('<script xmlns="http://evil.example">alert(1)</script>'),
    div('<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>'),
    div('<iframe src="http://evil.example"/>text'),
    div('<object data="x"/>text'),
    div('<embed src="x"/>text'),
    div('<form action="x"><input name="a"/></form>text'),
    div('<link rel="stylesheet" href="x"/>text'),
    div('<meta http-equiv="refresh" content="0"/>text'),
    div("<style>p {color: red}</style>text"),
    div('<base href="http://evil.example"/>text'),
    div('<p onclick="x()">a</p>'),
    div('<p ONCLICK="x()">a</p>'),
    div('<img src="x" onerror="x()"/>'),
    div('<a href="javascript:x()">a</a>'),
    div('<a href="JaVaScRiPt:x()">a</a>'),
    div('<a href=" javascript:x()">a</a>'),
    div('<a href="java&#10;script:x()">a</a>'),
    div('<a href="java&#9;script:x()">a</a>'),
    div('<a href="&#1;javascript:x()">a</a>').replace("&#1;", "\x01"),
    div('<a href="vbscript:x()">a</a>'),
    div('<a href="data:text/html,x">a</a>'),
    div('<a xlink:href="javascript:x()" xmlns:xlink="http://www.w3.org/1999/xlink">a</a>'),
    div('<img src="data:image/svg+xml;base64,PHN2Zz4="/>'),
    div('<img src="javascript:x()"/>'),
    div('<p style="background: url(http://evil.example/a.png)">a</p>'),
    div('<p style="background: url(//evil.example/a.png)">a</p>'),
    div('<p style="background: url(/&#47;evil.example/a.png)">a</p>'),
    div('<p style="background: url(data:image/svg+xml;base64,PHN2Zz4=)">a</p>'),
    div('<p style="width: expurl(a)ression(x())">a</p>'),
    div('<p style="width: expression(x())">a</p>'),
    div('<p style="-moz-binding: x">a</p>'),
    div('<p style="width: e\\78 pression(x())">a</p>'),
    f'<!DOCTYPE div [<!ENTITY a "b">]><div {XHTML}>&a;</div>',
    f'<!DOCTYPE div [<!ENTITY a SYSTEM "file:///etc/passwd">]><div {XHTML}>&a;</div>',
    f'<!DOCTYPE div SYSTEM "http://evil.example/a.dtd"><div {XHTML}>a</div>',
    f'<?xml-stylesheet href="x"?><div {XHTML}>a</div>',
    div("<?php x ?>a"),
    div("<![CDATA[<script>x</script>]]>"),
    div("&nbsp;"),
    div("&undefined;"),
]


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_what_could_run_or_fetch_something_is_refused(text: str) -> None:
    assert wrong(text)


NONSENSE = [
    "",
    "a",
    "<p>a</p>",
    "<div>a</div>",
    div("<p>a"),
    div("a") + "b",
    div(""),
    div("  \n"),
    div("<p/>"),
    "<",
    1,
    None,
]


@pytest.mark.parametrize("text", [*NONSENSE, f"<p {XHTML}>a</p>", "\ud800", div("a\x00")])
def test_what_is_no_div_with_something_to_see_is_refused(text: Any) -> None:
    assert wrong(text)


FINE = [
    div("a"),
    div('<img src="#photo" alt="x"/>'),
    div('<img src="data:image/png;base64,iVBORw0KGgo="/>'),
    div('<a href="https://hospital.example/a?b=c#d">a</a>'),
    div('<a href="mailto:a@b.example">a</a><a href="#there">b</a><a href="Patient/1">c</a><a name="there">d</a>'),
    div('<table class="grid" border="1"><tr><td style="color: red; width: 10%" colspan="2">a</td></tr></table>'),
    div('<p xml:lang="nl" lang="nl" dir="ltr" id="x">a &amp; b &lt; c &#160; &quot;</p>'),
    div('<td style="background: url(tree_1.png)">a</td>'),
    div('<td style="background: url(data:image/png;base64,iVBORw0KGgo=) repeat-y">a</td>'),
    div("<!-- a comment -->a"),
    '<h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:p>a</h:p></h:div>',
    f'<?xml version="1.0" encoding="UTF-8"?><div {XHTML}>a</div>',
]


@pytest.mark.parametrize("text", FINE, ids=range(len(FINE)))
def test_what_the_standard_allows_is_accepted(text: str) -> None:
    assert not wrong(text)


def test_nesting_and_length_are_read_in_bounded_time() -> None:
    began = time.process_time()

    wrong(div("<b>" * 100_000 + "a" + "</b>" * 100_000))
    wrong(div("<b>" * 100_000))
    wrong(div('<p style="' + "a" * 1_000_000 + '">a</p>'))

    assert time.process_time() - began < 3
