"""The clinic's day: the calendar by pointer and by keys, the board, patients who book by themselves; on two widths."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from meridian.testing.browser import Visitors, settled

pytestmark = pytest.mark.browser

DESK = "desk@harbor.example"
CLINICIAN = "okafor@harbor.example"
ADMINISTRATOR = "admin@harbor.example"
PATIENT = "elena-rossi@mail.example"
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
WIDTHS = pytest.mark.parametrize("look", [WIDE, PHONE], ids=["1440", "390"])

Axe = Callable[[Any], list[str]]


def workday(after: int = 2) -> date:
    """A day the clinic is open, so many days ahead at least."""
    day = date.today() + timedelta(days=after)  # noqa: DTZ011  # the demo's own day
    while day.weekday() > 4:  # Saturday and Sunday
        day += timedelta(days=1)
    return day


def said(page: Any, text: str) -> None:
    """Wait for a passing word that has *text* in it."""
    page.locator(".toast", has_text=text).last.wait_for()


def calendar(page: Any, query: str) -> None:
    page.goto(f"/calendar?{query}")
    page.locator(".event, .agenda-item").first.wait_for()
    settled(page)


def drag(page: Any, event: Any, down: float) -> None:
    """Carry an appointment so many pixels down."""
    event.scroll_into_view_if_needed()
    box = event.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 6
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + down / 2, steps=4)
    page.mouse.move(x, y + down, steps=4)
    page.mouse.up()


def begins(page: Any, appointment: str) -> str:
    """When the grid shows an appointment to begin."""
    text: str = page.locator(f"[data-appointment='{appointment}'] .event-time").first.inner_text()
    return text.split(maxsplit=1)[0]


def minutes(clock: str) -> int:
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def last_event(page: Any) -> tuple[Any, str]:
    """The last appointment of the first column, behind which nothing stands."""
    event = page.locator(".time-column").first.locator("[data-movable]").last
    return event, event.get_attribute("data-appointment")


@pytest.fixture
def side_by_side(visitors: Visitors) -> Any:
    """The front desk before a coming day, all columns side by side."""
    page = visitors.signed_in(DESK, **WIDE)
    calendar(page, f"day={workday(3)}")
    return page


def test_an_appointment_is_dragged_and_the_toast_takes_it_back(side_by_side: Any, axe: Axe) -> None:
    page = side_by_side
    event, appointment = last_event(page)
    before = begins(page, appointment)

    drag(page, event, 28)
    said(page, "is now on")
    after = begins(page, appointment)
    page.get_by_role("button", name="Undo").last.click()
    page.wait_for_function(
        "([id, time]) => document.querySelector(`[data-appointment='${id}'] .event-time`)?.innerText.startsWith(time)",
        arg=[appointment, before],
    )

    assert minutes(after) - minutes(before) == 30
    settled(page)
    assert axe(page) == []


def test_an_appointment_is_carried_by_keys_and_each_step_is_said(side_by_side: Any, axe: Axe) -> None:
    page = side_by_side
    event, appointment = last_event(page)
    before = begins(page, appointment)

    event.focus()
    page.keyboard.press("Space")
    page.get_by_role("application").wait_for()
    page.keyboard.press("ArrowDown")
    page.locator(".time-grid > [role=status]", has_text="to").wait_for(state="attached")
    assert axe(page) == []
    page.keyboard.press("Escape")

    assert page.evaluate("document.activeElement.dataset.appointment") == appointment
    assert begins(page, appointment) == before
    page.keyboard.press("Space")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert begins(page, appointment) == before
    assert page.locator(".toast").count() == 0


def test_a_taken_time_is_refused_with_the_next_free_ones(side_by_side: Any, axe: Axe) -> None:
    page = side_by_side
    column = page.locator(".time-column", has=page.locator("[data-movable] ~ *, li:nth-child(2)")).first
    first, second = column.locator("[data-movable]").nth(0), column.locator("[data-movable]").nth(1)
    appointment = first.get_attribute("data-appointment")
    before = begins(page, appointment)

    drag(page, first, second.bounding_box()["y"] - first.bounding_box()["y"])

    page.get_by_role("dialog", name="That time is not free").wait_for()
    page.get_by_text("These times are free").wait_for()
    assert axe(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    assert begins(page, appointment) == before


def test_keys_turn_pages_and_views_and_lead_to_a_booking(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(CLINICIAN, **WIDE)
    calendar(page, f"day={workday()}")

    page.keyboard.press("j")
    page.keyboard.press("d")
    page.keyboard.press("k")
    page.keyboard.press("r")
    page.wait_for_url("**view=resources**")
    page.keyboard.press("t")
    page.wait_for_function("!location.search.includes('day=')")
    page.keyboard.press("n")
    page.get_by_role("region", name="New appointment").wait_for()

    page.get_by_role("button", name="Book", exact=True).click()

    page.get_by_role("link", name="Choose a patient").wait_for()
    assert axe(page) == []


@WIDTHS
def test_the_desk_books_an_appointment(visitors: Visitors, axe: Axe, look: dict[str, Any]) -> None:
    page = visitors.signed_in(DESK, **look)
    calendar(page, f"day={workday(5)}")

    page.get_by_role("button", name="New appointment").click()
    page.get_by_role("combobox", name="Patient").press_sequentially("obrien")
    page.get_by_role("option", name="O'BRIEN, Margaret").first.click()
    page.get_by_label("What for").select_option(label="Family medicine visit, 30 minutes")
    page.get_by_text("Free on this day").wait_for()
    assert axe(page) == []
    page.locator(".times button").last.click()
    page.get_by_text("Chosen:").wait_for()
    page.get_by_role("button", name="Book", exact=True).click()

    said(page, "is booked")


def test_what_is_written_for_a_booking_outlives_going_elsewhere(side_by_side: Any) -> None:
    page = side_by_side
    page.get_by_role("button", name="New appointment").click()
    page.get_by_label("Reason").fill("Half written")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Today").click()
    page.get_by_role("heading", name="Today").wait_for()
    page.go_back()
    page.get_by_role("button", name="New appointment").click()

    assert page.get_by_label("Reason").input_value() == "Half written"
    page.get_by_role("button", name="Discard").click()


@WIDTHS
def test_the_board_moves_a_visit_on_and_back_and_its_counts_are_its_lists(
    visitors: Visitors, axe: Axe, look: dict[str, Any]
) -> None:
    page = visitors.signed_in(DESK, **look)
    page.goto("/")
    page.get_by_role("table").first.wait_for()
    settled(page)
    row = page.get_by_role("table", name="Expected").get_by_role("row").nth(1)
    name = row.get_by_role("link").inner_text()

    row.get_by_role("link").focus()
    page.keyboard.press("a")
    said(page, "is arrived")

    arrived = page.get_by_role("table", name="Arrived")
    arrived.get_by_role("link", name=name).first.wait_for()
    assert name in page.evaluate("document.activeElement.innerText")
    counted = int(page.locator(".board-counts [data-state=arrived] .board-count").inner_text())
    assert counted == arrived.get_by_role("row").count() - 1
    assert axe(page) == []
    page.get_by_role("button", name="Undo").last.click()
    said(page, "expected again")
    page.get_by_role("table", name="Expected").get_by_role("link", name=name).first.wait_for()


def test_a_walk_in_is_on_the_board_and_goes_to_a_room(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(DESK, **WIDE)
    page.goto("/")
    page.get_by_role("table").first.wait_for()

    page.keyboard.press("n")
    page.get_by_role("dialog").wait_for()
    page.get_by_role("combobox", name="Patient").press_sequentially("kowalski")
    page.get_by_role("option", name="KOWALSKI").first.click()
    page.get_by_label("What for").select_option(label="Family medicine visit")
    assert axe(page) == []
    page.get_by_role("button", name="Take in").click()
    said(page, "on the board")

    row = page.get_by_role("table", name="Arrived").get_by_role("row").filter(has_text="Walk-in").first
    row.get_by_role("button", name="To a room").click()
    page.get_by_role("menuitem", name="Exam room 1").click()

    said(page, "is in a room")
    page.get_by_role("table", name="In a room").get_by_role("row").filter(has_text="Walk-in").first.wait_for()


def cancel_visits(page: Any) -> None:
    """Make room: the clinic takes only so many bookings of one person."""
    page.goto("/appointments")
    page.get_by_role("heading", name="Coming up").wait_for()
    settled(page)
    visits = page.get_by_role("button", name="Cancel appointment")
    while (many := visits.count()) > 1:
        visits.last.click()
        page.get_by_role("alertdialog").get_by_role("button", name="Cancel appointment").click()
        said(page, "is cancelled")
        page.get_by_role("alertdialog").wait_for(state="detached")
        visits.nth(many - 1).wait_for(state="detached")  # else the one that goes would be asked about once more
        settled(page)


@pytest.fixture(params=[WIDE, PHONE], ids=["1440", "390"])
def patient(visitors: Visitors, request: pytest.FixtureRequest) -> Any:
    """A patient with room for one more visit."""
    page = visitors.signed_in(PATIENT, **request.param)
    cancel_visits(page)
    return page


def choose_time(page: Any) -> None:
    page.locator(".month-day:not([aria-disabled])").last.click()
    page.locator(".big-times button").last.click()


def test_a_patient_books_moves_and_cancels_a_visit(patient: Any, axe: Axe) -> None:
    page = patient
    page.get_by_role("link", name="Book an appointment").click()
    page.get_by_role("heading", name="What do you need?").wait_for()
    assert axe(page) == []

    page.get_by_role("button", name="Family medicine visit").click()
    page.get_by_role("heading", name="Who would you like to see?").wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="Anybody").click()
    page.get_by_role("heading", name="When would you like to come?").wait_for()
    page.locator(".month-day:not([aria-disabled])").first.wait_for()
    assert axe(page) == []
    choose_time(page)
    page.get_by_role("heading", name="Is this right?").wait_for()
    page.get_by_text("We keep this time for you").wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="Book this appointment").click()
    page.get_by_role("heading", name="Your appointment is booked").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Add to my calendar").click()
    assert download.value.suggested_filename == "appointment.ics"

    page.get_by_role("link", name="My appointments").click()
    page.get_by_role("link", name="Move", exact=True).last.click()
    page.get_by_role("heading", name="Choose a new time").wait_for()
    page.locator(".month-day:not([aria-disabled])").first.wait_for()
    page.locator(".month-day:not([aria-disabled])").last.click()
    page.locator(".big-times button").first.click()
    assert axe(page) == []
    page.get_by_role("button", name="Move it").click()
    said(page, "Moved to")
    settled(page)
    assert axe(page) == []
    cancel_visits(page)


def test_a_patient_asks_for_a_visit_and_the_desk_approves(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(PATIENT, **PHONE)
    cancel_visits(page)
    page.goto("/appointments/new")
    page.get_by_role("button", name="Lung function test").click()
    page.get_by_role("heading", name="Who would you like").or_(
        page.get_by_role("heading", name="When would")
    ).wait_for()
    if page.get_by_role("button", name="Anybody").count():
        page.get_by_role("button", name="Anybody").click()
    page.locator(".month-day:not([aria-disabled])").first.wait_for()
    choose_time(page)
    page.get_by_text("This only asks for the time").wait_for()
    page.get_by_role("button", name="Ask for this appointment").click()
    page.get_by_role("heading", name="The clinic has your request").wait_for()
    assert axe(page) == []

    desk = visitors.signed_in(DESK, **WIDE)
    calendar(desk, f"day={workday()}")
    desk.get_by_role("button", name=re.compile("request")).click()
    asked = desk.locator(".queue-item", has_text="ROSSI, Elena").last
    asked.wait_for()
    assert axe(desk) == []
    asked.get_by_role("button", name="Approve").click()

    said(desk, "is booked and will be told")
    cancel_visits(page)


def test_a_patient_joins_the_wait_list_and_leaves_it(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(PATIENT, **PHONE)
    page.goto("/appointments/new")
    page.get_by_role("button", name="Child health visit").click()
    page.get_by_role("button", name="Join the wait list").wait_for()

    page.get_by_role("button", name="Join the wait list").click()
    page.get_by_text("Monday", exact=True).last.click()
    page.get_by_text("Afternoon", exact=True).last.click()
    assert axe(page) == []
    page.get_by_role("button", name="Join the wait list").click()
    said(page, "on the wait list")
    page.goto("/appointments")
    page.get_by_role("button", name="Leave the list").click()

    said(page, "no longer on the wait list")


def test_hours_are_changed_with_a_preview_and_days_off_come_and_go(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(ADMINISTRATOR, **WIDE)
    page.goto("/schedules")
    page.get_by_role("heading", name="Usual week").wait_for()
    settled(page)

    page.get_by_role("button", name="Add hours on Saturday").click()
    page.get_by_text("Changes", exact=True).first.wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="Discard").click()
    page.get_by_text("As it is in force").wait_for()
    page.locator(".month-day").last.click()
    page.get_by_label("Reason").fill("Training")
    page.get_by_role("button", name="Add", exact=True).click()
    said(page, "in force")
    page.locator(".exception-list", has_text="Training").get_by_role("button", name="Take out").last.click()
    said(page, "usual hours")

    assert axe(page) == []


def test_what_patients_may_do_with_a_service_is_changed_and_taken_back(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(ADMINISTRATOR, **WIDE)
    page.goto("/schedules?part=services")

    choice = page.get_by_label("What patients may do with Minor procedure")
    choice.select_option("request")
    said(page, "Ask for a time")
    assert axe(page) == []
    page.get_by_role("button", name="Undo").last.click()

    said(page, "See free times")


def test_a_link_that_has_ended_says_so_without_a_name(visitors: Visitors, axe: Axe) -> None:
    page = visitors.nobody(**PHONE)

    page.goto("/appointment-link#aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")

    page.get_by_role("heading", name="This link no longer works").wait_for()
    assert "#" not in page.url
    assert axe(page) == []
