"""The carrier that is a folder."""

import json
import stat
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from meridian.post.folder import Folder
from meridian.post.letters import Letter, Note
from meridian.testing.identity import NOON, PRODUCT, Watch


def test_a_mail_is_a_file_for_its_owner_only(tmp_path: Path) -> None:
    path = Folder(tmp_path / "outbox", PRODUCT, Watch()).post(Letter("anne@clinic.example", "Hello", "Text\n"))

    message = message_from_bytes(path.read_bytes(), policy=default)
    assert (message["To"], message["From"], message["Subject"]) == ("anne@clinic.example", PRODUCT.sender, "Hello")
    assert message.get_content() == "Text\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.suffix for file in path.parent.iterdir()] == [".eml"]


def test_an_address_beyond_ascii_can_be_written_to(tmp_path: Path) -> None:
    path = Folder(tmp_path, PRODUCT, Watch()).post(Letter("jürgen@bücher.example", "Grüße", "äöü\n", "es"))

    message = message_from_bytes(path.read_bytes(), policy=default)
    assert (message["To"], message["Content-Language"]) == ("jürgen@bücher.example", "es")


def test_a_subject_cannot_bring_a_header_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        Folder(tmp_path, PRODUCT, Watch()).post(Letter("a@b.example", "Hello\r\nBcc: c@d.example", "Text\n"))


@pytest.mark.anyio
async def test_a_text_message_is_a_file_too(tmp_path: Path) -> None:
    await Folder(tmp_path, PRODUCT, Watch()).text(Note("+14155550123", "Grüße"))

    [file] = tmp_path.iterdir()  # noqa: ASYNC240  # nothing else runs here
    assert file.name.endswith(".sms.json")
    assert json.loads(file.read_text(encoding="utf-8")) == {"to": "+14155550123", "text": "Grüße", "at": NOON}
