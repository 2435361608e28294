"""Proving who one is, in a real browser: passwords, codes, invitations, passkeys, sessions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest

from meridian.ops.demo.accounts import PASSWORD
from meridian.testing.browser import Clinic, Visitors, enter_code, sign_in, visit, write_password

pytestmark = pytest.mark.browser

ADMIN = "admin@harbor.example"
NEW_PASSWORD = "seven herons at the weir"

Axe = Callable[[Any], list[str]]


def test_a_wrong_password_says_the_same_as_an_unknown_address(visitors: Visitors, axe: Axe) -> None:
    page = visitors.nobody()
    said = []
    for email in ("haddad@harbor.example", "nobody-at-all@harbor.example"):
        write_password(page, email, "not the password at all")
        said.append(page.get_by_role("alert").inner_text())

    assert said[0] == said[1] != ""
    assert axe(page) == []


def test_who_is_asked_to_sign_in_arrives_where_they_wanted_to_go(visitors: Visitors, axe: Axe) -> None:
    page = visitors.nobody()
    page.goto("/record/medicines")
    page.get_by_role("heading", name="Sign in").wait_for()
    assert axe(page) == []

    page.get_by_label("E-mail address").fill("sofia-alvarez@mail.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.get_by_role("heading", name="ÁLVAREZ, ").wait_for()
    assert urlsplit(page.url).path == "/record/medicines"


def test_a_wrong_code_is_refused_and_the_next_one_asked_for(visitors: Visitors, axe: Axe) -> None:
    page = visitors.nobody()
    write_password(page, "castillo@harbor.example")

    enter_code(page, "000000")

    page.get_by_text("That code does not work").wait_for()
    assert axe(page) == []


def test_signing_out_leaves_nothing_to_go_back_to(visitors: Visitors) -> None:
    page = visitors.nobody()
    sign_in(page, "sofia-alvarez@mail.example")
    page.goto("/record")
    page.get_by_role("heading", name="ÁLVAREZ, ").wait_for()
    page.goto("/record/medicines")
    page.get_by_role("heading", name="ÁLVAREZ, ").wait_for()
    sign_out(page)

    page.go_back()

    page.get_by_label("E-mail address").wait_for()
    assert "LVAREZ" not in page.inner_text("body")


def test_a_forgotten_password_is_set_anew_by_the_mailed_link_once(visitors: Visitors, clinic: Clinic, axe: Axe) -> None:
    email = "dorothy-thornton@mail.example"  # other stories go on with the sessions that end here
    page = visitors.nobody()
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail address").fill(email)
    assert axe(page) == []
    page.get_by_role("button", name="Send the link").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()
    link = clinic.link(email)

    page.goto(link)
    page.get_by_label("New password").fill("short")
    assert "#" not in page.url
    page.get_by_role("button", name="Set the password").click()
    page.get_by_text("characters").first.wait_for()
    assert axe(page) == []
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("heading", name="Your password is changed").wait_for()

    sign_in(page, email, NEW_PASSWORD)
    again = visitors.nobody()
    again.goto(link)
    again.get_by_label("New password").fill("another herd of herons")
    again.get_by_role("button", name="Set the password").click()
    again.get_by_role("heading", name="This link does not work any more").wait_for()


def test_asking_for_a_link_says_the_same_for_an_unknown_address(visitors: Visitors, clinic: Clinic) -> None:
    page = visitors.nobody()
    page.goto("/forgotten-password")
    page.get_by_label("E-mail address").fill("nobody-at-all@mail.example")

    page.get_by_role("button", name="Send the link").click()

    page.get_by_role("heading", name="Look into your mail").wait_for()
    assert clinic.mails("nobody-at-all@mail.example") == []


def invite(page: Any, name: str, email: str, role: str) -> None:
    """Through the administrator's page."""
    page.goto("/people")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill(name)
    page.get_by_role("dialog").get_by_label("E-mail address").fill(email)
    page.get_by_role("dialog").locator("label", has_text=role).click()
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text(f"{name} was invited.").wait_for()


def accept(page: Any, link: str) -> None:
    """The invitation's own page, up to the second step."""
    page.goto(link)
    page.get_by_role("heading", name="Welcome to Harbor Family Clinic").wait_for()
    assert "#" not in page.url
    page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Accept the invitation").click()
    page.get_by_role("heading", name="Protect your account").wait_for()


@dataclass(frozen=True)
class Enrolled:
    """Who came by invitation, with what they keep."""

    email: str
    secret: str
    codes: list[str]


@pytest.fixture(scope="module")
def nurse(browser: Any, clinic: Clinic, cookies: dict[str, Any], axe: Axe) -> Enrolled:
    """A nurse who was invited by the administrator and has just set up an authenticator."""
    email = "robin.vale@harbor.example"
    with visit(browser, clinic, cookies) as visitors:
        office = visitors.signed_in(ADMIN)
        invite(office, "Robin Vale", email, "Nurse")
        assert axe(office) == []
        page = visitors.nobody()
        accept(page, clinic.link(email))
        assert axe(page) == []
        page.get_by_role("button", name="Use an app").click()
        page.get_by_role("img", name="QR code for your authenticator app").wait_for()
        secret = page.locator(".identity-secret").inner_text().replace(" ", "")
        assert axe(page) == []
        enter_code(page, pyotp.TOTP(secret).now())
        page.get_by_role("heading", name="Save your recovery codes").wait_for()
        codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem").all_inner_texts()
        assert axe(page) == []
        page.get_by_text("I have saved these codes").click()
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("heading", name="Today").wait_for()
        page.goto("/security")
        page.get_by_role("heading", name="Recovery codes").wait_for()
        assert not [code for code in codes if code in page.inner_text("body")]
    return Enrolled(email, secret, [code.strip() for code in codes])


def test_an_invited_nurse_sets_up_an_authenticator_and_comes_in(nurse: Enrolled) -> None:
    assert len(nurse.codes) >= 8
    assert len(set(nurse.codes)) == len(nurse.codes)
    assert len(nurse.secret) == 32


def test_an_invitation_works_once(visitors: Visitors, clinic: Clinic, nurse: Enrolled) -> None:
    page = visitors.nobody()

    page.goto(next(link for text in clinic.mails(nurse.email) for link in text.split() if "/invitation#" in link))

    page.get_by_role("heading", name="This link does not work any more").wait_for()


def write_recovery_code(page: Any, who: Enrolled, code: str) -> None:
    write_password(page, who.email, NEW_PASSWORD)
    page.get_by_role("button", name="Use a recovery code instead").click()
    page.get_by_label("Recovery code", exact=True).fill(code)
    page.get_by_role("button", name="Verify").click()


def test_a_recovery_code_lets_in_once(visitors: Visitors, nurse: Enrolled, axe: Axe) -> None:
    page = visitors.nobody()
    write_recovery_code(page, nurse, nurse.codes[0])
    page.get_by_role("heading", name="Today").wait_for()

    second = visitors.nobody()
    write_recovery_code(second, nurse, nurse.codes[0])

    second.get_by_text("That recovery code does not work").wait_for()
    assert axe(second) == []


def authenticator(page: Any) -> None:
    """Give the page's device a built-in authenticator that knows its owner at once."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_out(page: Any) -> None:
    page.locator(".topbar-person").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.get_by_label("E-mail address").wait_for()


def test_a_passkey_is_enrolled_and_is_enough_to_come_in(visitors: Visitors, clinic: Clinic, axe: Axe) -> None:
    email = "kim.lund@harbor.example"
    said = clinic.command(
        "user", "invite", email, "--role", "clinician", "--name", "Kim Lund", "--org", "Harbor Family Clinic"
    )
    page = visitors.nobody()
    authenticator(page)
    # the command's settings do not know the port this clinic was put on
    accept(page, clinic.origin + "/invitation#" + said.rstrip().rpartition("#")[2])
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Today").wait_for()
    page.goto("/security")
    page.get_by_text("Chrome on Linux").first.wait_for()
    assert axe(page) == []

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Kim Lund").wait_for()

    sign_out(page)
    write_password(page, email, NEW_PASSWORD)
    page.get_by_role("heading", name="One more step").wait_for()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Kim Lund").wait_for()


def test_a_passkey_is_added_named_and_removed(visitors: Visitors, axe: Axe) -> None:
    page = visitors.nobody()
    authenticator(page)
    sign_in(page, "sofia-alvarez@mail.example")
    page.goto("/security")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_label("Name", exact=True).fill("Kitchen tablet")
    assert axe(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Kitchen tablet").wait_for()

    page.get_by_role("button", name="Remove the passkey “Kitchen tablet”").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Remove", exact=True).click()

    page.get_by_text("No passkeys yet").wait_for()


def test_a_passkey_that_is_not_there_says_so(visitors: Visitors) -> None:
    page = visitors.nobody()
    authenticator(page)
    page.goto("/sign-in")

    page.get_by_role("button", name="Sign in with a passkey").click()

    page.get_by_text("No passkey was used").wait_for()


def test_sessions_are_listed_and_another_one_is_signed_out(visitors: Visitors, axe: Axe) -> None:
    here, there = visitors.nobody(), visitors.nobody(user_agent="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    for page in (here, there):
        sign_in(page, "sofia-alvarez@mail.example")
    here.goto("/security")
    here.get_by_role("heading", name="Chrome on Linux This one").wait_for()
    assert axe(here) == []

    here.get_by_role("button", name="Sign out there: Firefox on Windows").first.click()
    here.get_by_text("Firefox on Windows was signed out.").wait_for()

    there.get_by_role("heading", name="You were signed out").wait_for()
    assert axe(there) == []
    there.reload()
    there.get_by_label("E-mail address").wait_for()
    assert here.get_by_role("button", name="Sign out there: Firefox on Windows").count() == 0
