import stat
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from meridian.identity import mail
from meridian.identity.mail import CHANGES, Letter, Outbox
from meridian.testing.identity import NOON, PRODUCT, Watch


def test_a_mail_is_a_file_for_its_owner_only(tmp_path: Path) -> None:
    path = Outbox(tmp_path / "outbox", PRODUCT, Watch()).post(Letter("anne@clinic.example", "Hello", "Text\n"))

    message = message_from_bytes(path.read_bytes(), policy=default)
    assert (message["To"], message["From"], message["Subject"]) == ("anne@clinic.example", PRODUCT.sender, "Hello")
    assert message.get_content() == "Text\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.suffix for file in path.parent.iterdir()] == [".eml"]


def test_an_address_beyond_ascii_can_be_written_to(tmp_path: Path) -> None:
    path = Outbox(tmp_path, PRODUCT, Watch()).post(Letter("jürgen@bücher.example", "Grüße", "äöü\n"))

    assert message_from_bytes(path.read_bytes(), policy=default)["To"] == "jürgen@bücher.example"


def test_a_links_secret_stands_in_its_fragment() -> None:
    for letter in (
        mail.invitation(PRODUCT, "a@b.example", "Harbour Clinic", "SECRET"),
        mail.recovery(PRODUCT, "a@b.example", "SECRET"),
    ):
        [link] = [word for word in letter.text.split() if word.startswith("http")]
        assert link.endswith("#SECRET")
        assert "SECRET" not in letter.subject
        assert "SECRET" not in repr(letter)


def test_every_mail_names_the_product_and_whom_to_ask() -> None:
    letters = [mail.changed(PRODUCT, "a@b.example", what) for what in CHANGES]
    letters.append(mail.new_device(PRODUCT, "a@b.example", "Agent", "192.0.2.7", NOON))

    for letter in letters:
        assert letter.text.endswith(f"{PRODUCT.title}\n{PRODUCT.support}\n")
