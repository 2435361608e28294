from meridian.identity import mail
from meridian.identity.mail import CHANGES
from meridian.identity.sessions import Origin
from meridian.testing.identity import NOON, PRODUCT


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
    letters.append(mail.new_device(PRODUCT, "a@b.example", Origin("192.0.2.7", "Agent", NOON)))

    for letter in letters:
        assert letter.text.endswith(f"{PRODUCT.title}\n{PRODUCT.support}\n")
