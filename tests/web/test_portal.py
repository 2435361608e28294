"""The portal's files: assets kept for ever, pages asked for each time, nothing outside the folder."""

from pathlib import Path

import pytest

from meridian.faults import NotFound, Unsupported
from meridian.web.exchange import Answer, Message, Request
from meridian.web.portal import Portal


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    folder = tmp_path / "portal"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>page")
    (folder / "assets" / "main-abc123.js").write_text("x" * 5000)
    (tmp_path / "secret.txt").write_text("secret")
    return Portal(folder)


async def get(portal: Portal, path: str, *headers: tuple[bytes, bytes], method: str = "GET") -> Answer:
    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    scope = {"method": method, "path": path, "query_string": b"", "headers": list(headers)}
    return await portal.answer(Request(scope, nothing, "r", ""))


@pytest.mark.anyio
async def test_a_hashed_asset_may_be_kept_for_ever(portal: Portal) -> None:
    answer = await get(portal, "/assets/main-abc123.js")

    assert dict(answer.headers)[b"cache-control"] == b"public, max-age=31536000, immutable"
    assert dict(answer.headers)[b"content-type"] == b"text/javascript; charset=utf-8"


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/", "/patients/1", "/index.html"])
async def test_a_place_in_the_portal_gives_its_page_anew(portal: Portal, path: str) -> None:
    answer = await get(portal, path)

    assert answer.body == b"<!doctype html>page"
    assert dict(answer.headers)[b"cache-control"] == b"no-cache"


@pytest.mark.anyio
async def test_what_the_caller_has_is_not_sent_again(portal: Portal) -> None:
    first = await get(portal, "/")

    assert (await get(portal, "/", (b"if-none-match", dict(first.headers)[b"etag"]))).status == 304


@pytest.mark.anyio
async def test_text_is_packed_for_those_who_can_unpack(portal: Portal) -> None:
    packed = await get(portal, "/assets/main-abc123.js", (b"accept-encoding", b"gzip, br"))

    assert dict(packed.headers)[b"content-encoding"] == b"gzip"
    assert len(packed.body) < 500


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/missing.js", "/../secret.txt", "/assets/../../secret.txt", "//etc/passwd.txt"])
async def test_no_file_outside_the_folder_is_given(portal: Portal, path: str) -> None:
    with pytest.raises(NotFound):
        await get(portal, path)


@pytest.mark.anyio
async def test_the_portal_is_only_read(portal: Portal) -> None:
    with pytest.raises(Unsupported):
        await get(portal, "/", method="POST")


@pytest.mark.anyio
async def test_without_a_build_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    assert b"make portal" in (await get(Portal(tmp_path / "none"), "/")).body


@pytest.mark.anyio
async def test_a_file_that_a_new_build_took_away_is_not_found(portal: Portal, tmp_path: Path) -> None:
    (tmp_path / "portal" / "assets" / "main-abc123.js").unlink()

    with pytest.raises(NotFound):
        await get(portal, "/assets/main-abc123.js")
