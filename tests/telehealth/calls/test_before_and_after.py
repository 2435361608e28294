"""Beside the call: what is tried before it, and what is kept of it when everybody said yes."""

import pytest

from meridian.telehealth.turn import Relays
from meridian.testing.callers import Visit
from meridian.testing.switchboard import Words

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

HOST, PATIENT = ("ann", "host"), ("pat", "patient")
STEPS = ["camera", "microphone", "socket", "udp", "tcp", "tls"]
PLAY = """(whole) => new Promise((resolve, reject) => {
  const video = document.createElement("video");
  video.muted = true;
  video.onerror = () => reject(video.error);
  video.ontimeupdate = () => video.currentTime > 3 && resolve({ width: video.videoWidth, isLong: true });
  video.src = URL.createObjectURL(new Blob([Uint8Array.fromBase64(whole)], { type: "video/webm" }));
  video.playbackRate = 4;
  video.play().catch(reject);
})"""
TEST = "({ ice, isReached }) => seat.test(ice, isReached)"


def troubles(results: list[Words]) -> dict[str, str]:
    """Why steps failed, by name."""
    assert [one["step"] for one in results] == STEPS
    return {one["step"]: one["problem"] for one in results if one["state"] == "failed"}


async def test_where_everything_works_the_device_test_finds_nothing(visit: Visit, relays: Relays) -> None:
    async with visit(relays=relays) as call:
        call.switchboard.expect(PATIENT)
        pat = await call.sit("pat")
        ice = call.switchboard.ice(call.switchboard.seats["pat"])

        assert troubles(await pat.ask(TEST, {"ice": ice, "isReached": True})) == {}


async def test_the_device_test_names_each_step_that_fails_and_why(visit: Visit, relays: Relays) -> None:
    def broken(server: Words) -> Words:
        [url] = server["urls"]
        if url.endswith("udp"):
            return {**server, "credential": "a-made-up-one"}
        return {**server, "urls": ["turn:127.0.0.1:9?transport=tcp"]}

    async with visit(relays=relays, reword=broken, ways=("udp", "tcp"), shut=("camera", "microphone")) as call:
        call.switchboard.expect(PATIENT)
        pat = await call.sit("pat")
        ice = call.switchboard.ice(call.switchboard.seats["pat"])

        found = troubles(await pat.ask(TEST, {"ice": ice, "isReached": False}))
        assert all("Permissions policy" in said for said in pat.troubles)
        pat.troubles.clear()

    assert found == {
        "camera": "denied", "microphone": "denied", "socket": "socket", "udp": "credentials", "tcp": "unreachable",
        "tls": "none",
    }  # fmt: skip


async def test_a_recording_comes_in_pieces_ends_at_once_and_can_be_played(visit: Visit) -> None:
    async with visit() as call:
        ann, pat = await call.enter(HOST, PATIENT)
        await ann.sees(pat)

        await ann.ask("() => seat.startRecording()")
        await ann.until("() => seat.pieces.length > 0")
        await ann.ask("() => seat.recorder.stop()")

        pieces = await ann.ask("() => seat.pieces")
        assert [one["number"] for one in pieces] == list(range(len(pieces)))
        assert [one["isLast"] for one in pieces] == [False] * (len(pieces) - 1) + [True]
        assert all(one["size"] > 0 for one in pieces[:-1])
        cinema = await pat.page.context.new_page()  # one that may play what is in memory, as no page of ours may
        assert await cinema.evaluate(PLAY, await ann.ask("() => seat.whole()")) == {"width": 1280, "isLong": True}
        await ann.sees(pat)
        assert len(await ann.ask("() => seat.pieces")) == len(pieces)
