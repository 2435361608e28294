"""The portal in Spanish, for a patient on a telephone, in a real browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from meridian.testing.browser import Visitors, settled

pytestmark = pytest.mark.browser

ELENA = "elena-rossi@mail.example"
WIDTH = 390
PHONE = {"width": WIDTH, "height": 844}

SPOKEN = {
    "/": ["Inicio", "Su próxima cita", "Sus medicinas", "Hacer una cita"],
    "/appointments": ["Mis citas", "Próximas"],
    "/appointments/new": ["¿Qué necesita?", "Para qué"],
    "/papers": ["Papeles por aceptar", "Citas por video", "Acepto"],
    "/messages": ["Mensajes", "Escribir a la clínica"],
    "/record": ["Expediente", "Alergias"],
    "/details": ["Mis datos", "Teléfono celular", "Código postal"],
}
"""Words that a page of the portal shows in Spanish."""

RAW = re.compile(
    r"\b(?:booking|chart|documents|family|forms|home|medicines|messages|own|papers|results|shell|ui)\.[a-z]\w+"
)
"""A key of the catalogue where its words should be."""
EMPTY = re.compile(r"\{\w+\}")
"""A place of a sentence that nothing was put into."""

Axe = Callable[[Any], list[str]]


def test_a_patient_chooses_spanish_and_every_page_speaks_it_until_english_is_chosen_again(
    visitors: Visitors, axe: Axe
) -> None:
    page = visitors.signed_in(ELENA, viewport=PHONE)
    _choose(page, "Español", "Mis datos")

    for path, words in SPOKEN.items():
        page.goto(path)
        for word in words:
            page.get_by_text(word).first.wait_for(state="attached")
        settled(page)
        shown = page.inner_text("body")

        assert page.evaluate("document.documentElement.lang").startswith("es"), path
        assert RAW.findall(shown) + EMPTY.findall(shown) == [], path
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, path

    _choose(page, "English", "My details")
    assert page.evaluate("document.documentElement.lang").startswith("en")


def test_who_is_not_in_yet_chooses_the_language_too(visitors: Visitors, axe: Axe) -> None:
    page = visitors.nobody(viewport=PHONE)
    page.goto("/sign-in")

    page.get_by_role("button", name="Español").click()
    page.get_by_label("Correo electrónico").wait_for()

    assert page.get_by_role("button", name="Español").get_attribute("aria-pressed") == "true"
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH


def test_the_secret_of_a_mailed_link_outlives_the_choice_of_a_language(visitors: Visitors) -> None:
    page = visitors.nobody(viewport=PHONE)
    page.goto("/recovery#made-up")
    page.get_by_role("heading", name="Choose a new password").wait_for()

    page.get_by_role("button", name="Español").click()

    page.get_by_role("heading", name="Elija una contraseña nueva").wait_for()
    assert "made-up" not in page.url


def _choose(page: Any, language: str, then: str) -> None:
    page.goto("/details")
    page.get_by_text(language, exact=True).click()
    page.get_by_role("heading", name=then).wait_for()
