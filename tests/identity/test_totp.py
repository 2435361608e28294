import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.identity import totp
from meridian.identity.totp import STEP_MS, code_at, matching_step
from meridian.testing.identity import SEED

# RFC 6238 appendix B, SHA-1; its eight digits cut to six.
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (20000000000, "353130"),
]
RFC_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert matching_step(RFC_SEED, code, seconds * 1000, 0) == seconds // 30


@given(st.integers(10, 10**8), st.integers(-3, 3))
def test_a_clock_may_be_one_step_off(step: int, off: int) -> None:
    found = matching_step(SEED, code_at(SEED, step + off), step * STEP_MS, 0)

    assert (found == step + off) if abs(off) <= 1 else (found is None or found != step + off)


def test_a_step_is_not_accepted_twice_nor_one_before_it() -> None:
    now = 1000 * STEP_MS

    assert matching_step(SEED, code_at(SEED, 1000), now, after=1000) is None
    assert matching_step(SEED, code_at(SEED, 999), now, after=1000) is None
    assert matching_step(SEED, code_at(SEED, 1001), now, after=1000) == 1001


def test_spaces_in_a_code_do_not_matter() -> None:
    code = code_at(SEED, 1000)

    assert matching_step(SEED, f"{code[:3]} {code[3:]}", 1000 * STEP_MS, 0) == 1000


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "\ud800", "12345\x00"]
)
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert matching_step(SEED, code, 1000 * STEP_MS, 0) is None


def test_a_seed_is_shown_as_a_link_and_a_picture_without_styles_or_scripts() -> None:
    shown = totp.show(SEED, "anne@clinic.example", "Meridian PMS")

    assert shown.uri.startswith("otpauth://totp/Meridian%20PMS:anne%40clinic.example?secret=" + SEED)
    assert shown.qr_svg.startswith("<svg")
    assert "style" not in shown.qr_svg
    assert "<script" not in shown.qr_svg
    assert SEED not in repr(shown)


def test_seeds_have_160_bits_and_differ() -> None:
    seeds = {totp.new_seed() for _ in range(20)}

    assert len(seeds) == 20
    assert {len(seed) for seed in seeds} == {32}
