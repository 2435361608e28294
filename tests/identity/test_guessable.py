import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.identity.guessable import guessable

COMMON = [
    "password1234",
    "P@ssw0rd2024!!",
    "passwordpassword",
    "PASSWORD-PASSWORD",
    "qwertyuiop12345",
    "1q2w3e4r5t6y7u8i",
    "123456789012345",
    "987654321098765",
    "aaaaaaaaaaaaaaaa",
    "aaaaaaaabbbbbbbb",
    "abcabcabcabcabc",
    "Welcome2024!Welcome",
    "Summer2024Summer!",
    "ILoveYou123456",
    "letmein-letmein",
    "Liverpool1892!!",
    "monkeydragon123",
    "iloveyou-1990-2020",
    "adminadminadmin",
    "0000111122223333",
    "azertyuiop2023!",
    "hospital12345678",
]
GOOD = [
    "violet teapot under nine stairs",
    "kestrel-morning-29-slate",
    "Tr0ub4dor&3xyzq",
    "mfj3kq9z!vw7hp",
    "äpfel über dem fluß 7",
    "密码不是这个样子的吧朋友们好呀",
    "correct horse battery staple once more",
    "gentle owls file taxes",
]


@pytest.mark.parametrize("password", COMMON)
def test_what_everybody_tries_first_is_guessable(password: str) -> None:
    assert guessable(password)


@pytest.mark.parametrize("password", GOOD)
def test_what_nobody_tries_first_is_not(password: str) -> None:
    assert not guessable(password)


@pytest.mark.parametrize(
    "password",
    ["anneexample1980", "Example-Anne-2024", "harbourclinic2024", "anne@clinic.example", "Meridian-PMS-2025!"],
)
def test_words_of_the_context_are_guessable(password: str) -> None:
    assert guessable(password, ("anne@clinic.example", "Anne Example", "Harbour Clinic", "Meridian PMS"))


@given(st.text(max_size=200), st.lists(st.text(max_size=30), max_size=3))
def test_any_text_can_be_judged(password: str, context: list[str]) -> None:
    assert guessable(password, context) in (True, False)
