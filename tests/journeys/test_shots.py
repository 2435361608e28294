"""
Pictures of every screen: MERIDIAN_SHOTS=1 (`make screens`) takes them anew.

All of them go into test-results/shots/, for whoever built a screen to look at; small ones of the light face, and a few
of the dark one, into docs/screens/, where the README shows them.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from meridian.testing import video
from meridian.testing.browser import Visitors, life, settled
from meridian.testing.fared import fared

TOP = Path(__file__).resolve().parents[2]
SHOTS, SCREENS = TOP / "test-results" / "shots", TOP / "docs" / "screens"
COLOURS = 96
"""Of a small picture: letters stay sharp, and all of them together stay under four megabytes."""
DARK = frozenset(
    {"today", "calendar", "chart", "prescribe-alerts", "home", "my-results", "video-call", "my-video-wait"}
)
"""Screens whose dark face is taken too."""
MARGARET = life("margaret-obrien").id
OKAFOR, HADDAD, LINDQVIST = "okafor@harbor.example", "haddad@harbor.example", "lindqvist@harbor.example"
NURSE, DESK, ADMINISTRATOR = "nurse@harbor.example", "desk@harbor.example", "admin@harbor.example"
HERSELF, ELENA = (f"{key}@mail.example" for key in ("margaret-obrien", "elena-rossi"))

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not os.environ.get("MERIDIAN_SHOTS"), reason="pictures are taken with MERIDIAN_SHOTS=1"),
]

Act = Callable[[Any], None]


@dataclass(frozen=True)
class Screen:
    """A picture's name, who looks (nobody, when empty), where, and what they do first."""

    name: str
    who: str
    path: str
    act: Act = settled


def pressed(name: str, role: str = "button") -> Act:
    """Press what is called so."""

    def act(page: Any) -> None:
        page.get_by_role(role, name=name).first.click()
        page.wait_for_timeout(400)

    return act


def within(*acts: Act) -> Act:
    """One after the other."""

    def act(page: Any) -> None:
        for one in acts:
            one(page)
            settled(page)

    return act


def workday() -> date:
    """The next day on which the clinic is open."""
    day = date.today() + timedelta(days=1)  # noqa: DTZ011  # the demo's own day
    while day.weekday() > 4:  # Saturday and Sunday
        day += timedelta(days=1)
    return day


def prescribing(medicine: str) -> Act:
    """The prescribing panel with a medicine and what the check says."""

    def act(page: Any) -> None:
        page.get_by_role("button", name="Prescribe").first.click()
        page.get_by_role("combobox", name="Medicine").fill(medicine)
        page.locator(".popover .option").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.get_by_label("How often").select_option(label="twice a day")
        page.wait_for_timeout(900)
        page.locator(".safety:not([data-standing=checking], [data-standing=waiting])").wait_for()
        page.locator(".safety").scroll_into_view_if_needed()

    return act


def noting(page: Any) -> None:
    """A note begun on a template, beside the chart."""
    page.get_by_role("button", name="Start a visit").click()
    page.get_by_label("Reason for the visit").fill("Painful knee")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Write note").click()
    page.get_by_label("Template").select_option(index=1)
    page.get_by_text("Saved", exact=False).first.wait_for()


def booking(page: Any) -> None:
    """The desk's booking panel with free times."""
    page.get_by_role("button", name="New appointment").click()
    page.get_by_role("combobox", name="Patient").press_sequentially("obrien")
    page.get_by_role("option", name="O'BRIEN, Margaret").first.click()
    page.get_by_label("What for").select_option(label="Family medicine visit, 30 minutes")
    page.get_by_text("Free on this day").wait_for()


def choosing(page: Any) -> None:
    """A patient's choice of a time."""
    page.get_by_role("button", name="Family medicine visit").click()
    page.get_by_role("button", name="Anybody").click()
    page.locator(".month-day:not([aria-disabled])").first.click()


def comparing(page: Any) -> None:
    """Two records of one person; the second is registered for the picture."""
    key, given = ("margaret-obrien", "Margret") if page.viewport_size["width"] > 800 else ("grace-mbeki", "Gracy")
    page.get_by_label("Family name").fill(life(key).family.latin)
    page.get_by_label("Given names").fill(given)
    page.get_by_label("Date of birth").fill(f"{life(key).born:%d-%b-%Y}")
    page.get_by_text("Female", exact=True).click()
    page.get_by_role("button", name="Register a patient").click()
    page.get_by_role("button", name="Register as a new patient").scroll_into_view_if_needed()


def merging(page: Any) -> None:
    """The comparison itself."""
    comparing(page)
    page.get_by_role("button", name="Register as a new patient").click()
    page.wait_for_url("**/patients/*-*")
    page.get_by_role("link", name="Person", exact=True).click()
    page.get_by_role("button", name="Find duplicates").click()
    page.get_by_role("link", name="Compare the two").first.click()
    page.get_by_role("heading", name="Are these the same person?").wait_for()


def searching(page: Any) -> None:
    """The command palette, asked for somebody."""
    page.keyboard.press("Control+k")
    page.keyboard.type("obri")
    page.get_by_role("option").first.wait_for()


def tasking(page: Any) -> None:
    """What waits for the nurses, with one task open."""
    page.get_by_role("radio", name="My team's").click(force=True)
    settled(page)
    first_of(".inbox-list a")(page)


def reading(page: Any) -> None:
    """A document in the viewer."""
    page.get_by_role("button", name="Open Knee exercises").first.click()
    page.get_by_text("Page 1 of").wait_for()
    page.wait_for_timeout(400)


def faring(page: Any) -> None:
    """A day of a busy platform."""
    page.get_by_label("How far back").select_option(label="Last day")
    page.get_by_role("img", name="Partner scriptguard").wait_for()


def first_of(selector: str) -> Act:
    """Open the first line of a list."""

    def act(page: Any) -> None:
        page.locator(selector).first.click()
        settled(page)
        page.wait_for_timeout(300)

    return act


CHART = f"/patients/{MARGARET}"
SECTIONS = ("timeline", "problems", "medicines", "allergies", "vitals", "results", "orders")
PAPERS = ("visits", "notes", "immunizations", "documents", "messages", "forms", "person")
ALL = (
    Screen("sign-in", "", "/sign-in"),
    Screen("forgotten-password", "", "/forgotten-password"),
    # Clinicians
    Screen("today", OKAFOR, "/"),
    Screen("calendar", OKAFOR, f"/calendar?day={workday()}&view=resources"),
    Screen("calendar-week", OKAFOR, f"/calendar?day={workday()}&view=week"),
    Screen("patients", OKAFOR, "/patients"),
    Screen("palette", OKAFOR, "/patients", searching),
    Screen("chart", OKAFOR, CHART),
    *(Screen(f"chart-{one}", OKAFOR, f"{CHART}/{one}") for one in SECTIONS),
    *(Screen(f"chart-{one}", LINDQVIST, f"{CHART}/{one}") for one in PAPERS),
    Screen("chart-child", LINDQVIST, f"/patients/{life('mateo-alvarez').id}"),
    Screen("note", LINDQVIST, f"/patients/{life('daniel-kowalski').id}/visits", noting),
    Screen("vitals", LINDQVIST, f"/patients/{life('daniel-kowalski').id}/visits", within(
        first_of(".table tbody a"), pressed("Take vitals"))),
    Screen("prescribe-alerts", HADDAD, f"{CHART}/medicines", prescribing("clarithromycin")),
    Screen("order-tests", HADDAD, f"{CHART}/results", pressed("Order tests")),
    Screen("document", HADDAD, f"{CHART}/documents", reading),
    Screen("results", HADDAD, "/results"),
    Screen("result-sign", HADDAD, "/results", pressed("Sign")),
    Screen("refills", HADDAD, "/refills"),
    Screen("documents-unmatched", HADDAD, "/documents"),
    # Nurses
    Screen("inbox", NURSE, "/inbox", tasking),
    Screen("messages", NURSE, "/messages", first_of(".thread-line")),
    Screen("message-new", NURSE, "/messages/new"),
    Screen("notifications", NURSE, "/settings/notifications"),
    Screen("security", NURSE, "/security"),
    # The front desk
    Screen("walk-in", DESK, "/", pressed("Walk-in")),
    Screen("booking", DESK, f"/calendar?day={workday()}", booking),
    Screen("requests", DESK, f"/calendar?day={workday()}", pressed("request")),
    Screen("access", DESK, f"{CHART}/access"),
    Screen("register", DESK, "/patients/new"),
    Screen("register-duplicate", DESK, "/patients/new", comparing),
    Screen("merge", DESK, "/patients/new", merging),
    Screen("merges", DESK, "/merges"),
    # Administration
    Screen("people", ADMINISTRATOR, "/people"),
    Screen("status", ADMINISTRATOR, "/status", faring),
    Screen("clinic", ADMINISTRATOR, "/clinic"),
    Screen("import", ADMINISTRATOR, "/clinic", pressed("Bring records in", "tab")),
    Screen("schedules", ADMINISTRATOR, "/schedules"),
    Screen("services", ADMINISTRATOR, "/schedules?part=services"),
    Screen("formulary", ADMINISTRATOR, "/formulary"),
    Screen("note-templates", ADMINISTRATOR, "/templates"),
    Screen("forms", ADMINISTRATOR, "/forms"),
    Screen("form-builder", ADMINISTRATOR, "/forms", first_of(".table tbody a")),
    # Patients
    Screen("home", HERSELF, "/"),
    Screen("my-appointments", HERSELF, "/appointments"),
    Screen("my-record", HERSELF, "/record"),
    Screen("my-medicines", HERSELF, "/record/medicines"),
    Screen("my-refill", HERSELF, "/record/medicines", pressed("Ask for more")),
    Screen("my-results", HERSELF, "/record/results"),
    Screen("my-measurements", HERSELF, "/record/vitals"),
    Screen("my-visits", HERSELF, "/record/visits"),
    Screen("my-documents", HERSELF, "/record/documents"),
    Screen("my-messages", HERSELF, "/messages", first_of(".thread-line")),
    Screen("my-message-new", HERSELF, "/messages/new"),
    Screen("book", HERSELF, "/appointments/new"),
    Screen("book-time", HERSELF, "/appointments/new", choosing),
    Screen("my-forms", ELENA, "/my-forms"),
    Screen("my-form", ELENA, "/my-forms", pressed("Start: Before your visit", "link")),
    Screen("my-papers", ELENA, "/papers"),
    Screen("my-family", ELENA, "/family"),
    Screen("my-corrections", ELENA, "/corrections"),
    Screen("my-details", ELENA, "/details"),
    Screen("my-notifications", ELENA, "/settings/notifications"),
)  # fmt: skip


VIDEO = ("video-visits", "video-invite", "video-call", "video-over")
MY_VIDEO = ("my-video-ready", "my-video-wait", "my-video-call", "my-video-over", "guest")
"""Screens of a video visit, which takes two people, and of a guest to one."""


def told(scheme: str) -> Iterator[Screen]:
    """The screens that are asked for by name in MERIDIAN_SHOTS, or all that have this face."""
    names = set(os.environ.get("MERIDIAN_SHOTS", "").split(",")) - {"1"}
    yield from (one for one in ALL if one.name in names or (not names and (scheme == "light" or one.name in DARK)))


@pytest.mark.timeout(600)  # seconds; there are many
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_pictures_of_all_screens(visitors: Visitors, scheme: str, width: int) -> None:
    folder = SHOTS / f"{scheme}-{width}"
    folder.mkdir(parents=True, exist_ok=True)
    SCREENS.mkdir(exist_ok=True)
    look: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": 900 if width > 800 else 844}}
    pages: dict[str, Any] = {}
    fared(visitors.clinic.data)
    for screen in told(scheme):
        if screen.who not in pages:
            pages[screen.who] = visitors.signed_in(screen.who, **look) if screen.who else visitors.nobody(**look)
        page = pages[screen.who]
        opened(page, screen)
        taken(page, screen.name, folder)
    (SCREENS / "README.md").write_text("\n".join(gallery()), encoding="utf-8")
    assert sum(file.stat().st_size for file in SCREENS.iterdir()) < 4_000_000


@pytest.mark.timeout(300)  # seconds; two people take their time
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_pictures_of_a_video_visit(visitors: Visitors, scheme: str, width: int) -> None:
    names = set(os.environ["MERIDIAN_SHOTS"].split(",")) - {"1"}
    if names and not names & {*VIDEO, *MY_VIDEO}:
        pytest.skip("Pictures of other screens are asked for")
    folder = SHOTS / f"{scheme}-{width}"
    folder.mkdir(parents=True, exist_ok=True)
    SCREENS.mkdir(exist_ok=True)
    look: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": 900 if width > 800 else 844}}
    for page, name in held(visitors, look):
        page.locator(".skeleton").first.wait_for(state="detached")
        page.wait_for_timeout(600)
        if scheme == "light" or name in DARK:
            taken(page, name, folder)


def held(visitors: Visitors, look: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    """A video visit, and who sees what in it worth a picture."""
    doctor = video.at_desk(visitors, **look)
    visit = video.booked(doctor)
    patient = visitors.signed_in(video.PATIENT, **look)
    patient.goto(f"/visits/{visit}")
    patient.get_by_role("button", name="Go on").wait_for()
    yield patient, "my-video-ready"
    video.checked(patient)
    video.agreed(patient)
    yield patient, "my-video-wait"
    doctor.get_by_role("button", name="Not now").first.click()
    doctor.get_by_role("link", name=f"Let in {video.MARGARET}").wait_for()
    yield doctor, "video-visits"
    video.let_in(doctor, visit)
    video.sees(doctor, video.MARGARET)
    video.sees(patient, video.DOCTOR)
    video.press(patient, "Chat")
    patient.get_by_role("textbox", name="Write to everybody").fill("It is the left knee")
    video.press(patient, "Send")
    patient.get_by_role("button", name="Close").click()
    yield patient, "my-video-call"
    if look["viewport"]["width"] > 800:  # on a phone what one writes would cover the call
        video.press(doctor, "Note")
    yield doctor, "video-call"
    video.chosen(doctor, "Invite somebody")
    yield doctor, "video-invite"
    doctor.get_by_role("dialog").get_by_role("button", name="Invite", exact=True).click()
    guest = visitors.nobody(**look)
    guest.goto(doctor.locator("code").inner_text())
    guest.get_by_label("Your name").fill("Rosa")
    yield guest, "guest"
    doctor.keyboard.press("Escape")
    video.ended(doctor)
    yield doctor, "video-over"
    patient.get_by_role("heading", name="Your visit is over.").wait_for()
    yield patient, "my-video-over"


def taken(page: Any, name: str, folder: Path) -> None:
    """A large picture to look at, and a small one to keep."""
    scheme, width = folder.name.split("-")
    picture = page.screenshot(path=folder / f"{name}.png", animations="disabled")
    keep(picture, SCREENS / f"{name}-{width}{'-dark' * (scheme == 'dark')}.webp")


def gallery() -> Iterator[str]:
    """A page with all that are kept."""
    yield "# Screens\n"
    yield "Every screen on a desk (1440 px) and on a phone (390 px), some in the dark; `make screens` takes them anew."
    yield "Everybody in them is made up.\n"
    for name in (*(screen.name for screen in ALL), *VIDEO, *MY_VIDEO):
        shown = [SCREENS / f"{name}-{look}.webp" for look in ("1440", "390", "1440-dark", "390-dark")]
        yield f"## {name.replace('-', ' ').capitalize()}\n"
        yield " ".join(
            f'<img src="{file.name}" alt="{name}, {file.stem.removeprefix(name)[1:]}" '
            f'width="{170 if "390" in file.name else 620}">'
            for file in shown
            if file.exists()
        )
        yield ""


def opened(page: Any, screen: Screen) -> None:
    """As somebody comes there first: nothing of another screen is open."""
    page.goto(screen.path)
    settled(page)
    screen.act(page)
    page.wait_for_timeout(250)
    settled(page)
    for word in page.locator(".toast .icon-button").all():
        word.click()


def keep(picture: bytes, file: Path) -> None:
    """A small copy."""
    from PIL import Image  # noqa: PLC0415  # only who takes pictures needs it

    few = Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.convert("RGB").save(file, "WEBP", lossless=True, method=4)
