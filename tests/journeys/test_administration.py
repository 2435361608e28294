"""The clinic sets itself up: services, schedules, rules, note templates and its formulary, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.testing.browser import Visitors, life, settled

pytestmark = pytest.mark.browser

ADMINISTRATOR, CLINICIAN = "admin@harbor.example", "haddad@harbor.example"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
LOOKS = pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=["1440", "390"])
Axe = Callable[..., list[str]]


def opened(visitors: Visitors, path: str, look: dict[str, Any], who: str = ADMINISTRATOR) -> Any:
    """A page of somebody's."""
    page = visitors.signed_in(who, **look)
    page.goto(path)
    settled(page)
    return page


def fits(page: Any) -> bool:
    """Whether nothing runs out of the page sideways."""
    fitting: bool = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return fitting


def asked(page: Any) -> Any:
    """The dialog in front of the page, once it has come up."""
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    for _ in range(100):
        if page.evaluate("() => getComputedStyle(document.querySelector('.overlay')).opacity") == "1":
            break
        page.wait_for_timeout(50)
    return dialog


@LOOKS
def test_a_service_is_added_with_who_and_what_it_needs(visitors: Visitors, look: dict[str, Any], axe: Axe) -> None:
    name = f"Ear check {look['viewport']['width']}"
    page = opened(visitors, "/schedules?part=services", look)
    page.get_by_role("button", name="Add a service").click()
    dialog = asked(page)
    dialog.get_by_role("button", name="Add a service").click()
    dialog.get_by_text("Write a name").wait_for()
    dialog.get_by_label("Service").fill(name)
    dialog.get_by_label("Minutes", exact=True).fill("20")
    dialog.get_by_label("Patients themselves").select_option(label="Ask for a time")
    dialog.get_by_role("group", name="Who gives it").get_by_text("Haddad").click()
    dialog.get_by_role("group", name="Rooms").get_by_text("Exam room 1").click()
    assert axe(page) == []
    dialog.get_by_role("button", name="Add a service").click()
    page.get_by_text(f"{name} is saved").wait_for()

    page.get_by_role("button", name=f"Edit {name}").click()
    dialog = asked(page)
    assert dialog.get_by_role("checkbox", name="Exam room 1").is_checked()
    assert not dialog.get_by_role("checkbox", name="Exam room 2").is_checked()
    assert fits(page)


@LOOKS
def test_a_device_gets_a_schedule_and_its_hours(visitors: Visitors, look: dict[str, Any], axe: Axe) -> None:
    name = f"Audiometer {look['viewport']['width']}"
    page = opened(visitors, "/schedules", look)
    page.get_by_role("button", name="Add a schedule").click()
    dialog = asked(page)
    dialog.get_by_text("Device", exact=True).click()
    dialog.get_by_label("Name of the device").fill(name)
    assert axe(page) == []
    dialog.get_by_role("button", name="Add a schedule").click()
    page.get_by_text(f"{name} has a schedule").wait_for()

    page.get_by_role("button", name="Add hours on Monday").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text(f"{name} is saved").wait_for()
    assert fits(page)
    assert axe(page) == []


@LOOKS
def test_the_clinics_rules_are_kept(visitors: Visitors, look: dict[str, Any], axe: Axe) -> None:
    page = opened(visitors, "/clinic", look)
    page.get_by_role("tab", name="Rules").click()
    page.get_by_text("After some hours").click()
    page.get_by_label("Hours", exact=True).fill("0")
    page.get_by_role("button", name="Save when results are released").click()
    page.get_by_text("Write hours from 1 to 720").wait_for()
    page.get_by_label("Hours", exact=True).fill("36")
    assert axe(page) == []
    page.get_by_role("button", name="Save when results are released").click()
    page.get_by_text("Results that come from now on are released so").wait_for()

    page.get_by_label("Hours before a visit").fill("2, 72")
    page.get_by_role("button", name="Save reminders").click()
    page.get_by_text("Patients are reminded so from now on").wait_for()

    page.reload()
    settled(page)
    page.get_by_role("tab", name="Rules").click()
    assert page.get_by_label("Hours", exact=True).input_value() == "36"
    assert page.get_by_label("Hours before a visit").input_value() == "72, 2"
    page.get_by_text("Once it is signed").click()
    page.get_by_role("button", name="Save when results are released").click()
    page.get_by_text("Results that come from now on are released so").wait_for()
    assert fits(page)


@LOOKS
def test_a_template_of_the_clinics_begins_a_note(visitors: Visitors, look: dict[str, Any], axe: Axe) -> None:
    title = f"Ear visit {look['viewport']['width']}"
    page = opened(visitors, "/templates", look)
    assert fits(page)
    assert axe(page) == []
    page.get_by_role("button", name="Add a template").click()
    dialog = asked(page)
    dialog.get_by_label("Name").fill(title)
    dialog.get_by_label("Text of the note").fill("Ears")
    dialog.get_by_role("button", name="Add a template").click()
    dialog.get_by_text("Begin with a heading").wait_for()
    dialog.get_by_label("Text of the note").fill("## Ears\n\nLeft:\n\n## Plan\n")
    assert axe(page) == []
    dialog.get_by_role("button", name="Add a template").click()
    page.get_by_text(f"{title} is saved").wait_for()

    doctor = opened(visitors, "/templates", look, CLINICIAN)
    offered = doctor.evaluate("async () => (await (await fetch('/api/charting/templates')).json()).templates")
    assert [one["text"].split("\n")[0] for one in offered if one["title"] == title] == ["## Ears"]

    doctor.get_by_role("button", name=f"Put out of use: {title}").click()
    doctor.get_by_text(f"{title} is out of use").wait_for()
    offered = doctor.evaluate("async () => (await (await fetch('/api/charting/templates')).json()).templates")
    assert title not in {one["title"] for one in offered}


@LOOKS
def test_the_formulary_hides_and_adds_medicines(visitors: Visitors, look: dict[str, Any], axe: Axe) -> None:
    name = f"Ownmed {look['viewport']['width']} mg tablet"
    page = opened(visitors, "/formulary", look)
    assert fits(page)
    assert axe(page) == []
    page.get_by_role("button", name="Add a medicine").click()
    dialog = asked(page)
    dialog.get_by_text("Cannot be checked").wait_for()
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Substances").fill("ownium")
    assert axe(page) == []
    dialog.get_by_role("button", name="Add a medicine").click()
    page.get_by_text(f"{name} is on the formulary").wait_for()

    page.get_by_label("Find by name or substance").fill(name)
    page.get_by_role("button", name=f"Hide {name}").click()
    page.get_by_text(f"{name} is hidden from those who prescribe").wait_for()
    find = "async (q) => (await (await fetch('/api/medications/formulary?q=' + q)).json()).medicines.length"
    assert page.evaluate(find, "ownmed " + str(look["viewport"]["width"])) == 0
    page.get_by_role("button", name=f"Offer again: {name}").click()
    page.get_by_role("button", name=f"Hide {name}").wait_for()
    assert page.evaluate(find, "ownmed " + str(look["viewport"]["width"])) == 1


def test_administrators_find_the_forms_builder_and_others_no_administration(visitors: Visitors) -> None:
    page = opened(visitors, "/", DESKTOP)
    rail = page.get_by_role("navigation", name="Main")
    rail.get_by_role("link", name="Forms").click()
    page.get_by_role("link", name="New form").first.click()
    page.get_by_label("Title", exact=True).wait_for()

    desk = opened(visitors, f"/patients/{life('margaret-obrien').id}", DESKTOP, "desk@harbor.example")
    links = set(desk.get_by_role("navigation", name="Main").get_by_role("link").all_inner_texts())
    assert not links & {"Clinic", "Note templates", "Formulary", "Forms", "People and roles"}
