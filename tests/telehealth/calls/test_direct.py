"""Two people, directly: pictures, voices, screens, and what becomes of them when lines and pages go."""

import asyncio

import pytest

from meridian.testing.callers import LOOK, PATIENCE, SOME, Visit
from meridian.testing.switchboard import Words

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

HOST, PATIENT = ("ann", "host"), ("pat", "patient")


async def test_two_people_see_each_other_directly_and_have_one_safety_code(visit: Visit) -> None:
    async with visit() as call:
        ann, pat = await call.enter(HOST, PATIENT)

        await ann.sees(pat)
        await pat.sees(ann)

        assert await ann.ways() == ["host/udp host"]
        assert (await ann.state())["phase"] == "connected"
        assert await ann.safety() == await pat.safety()


async def test_pictures_go_on_while_a_socket_is_away_and_its_person_is_heard_again(visit: Visit) -> None:
    async with visit() as call:
        ann, pat = await call.enter(HOST, PATIENT)
        await pat.sees(ann)

        await call.switchboard.cut("ann")
        await ann.sees(pat)
        await pat.sees(ann)
        call.switchboard.away.clear()
        await ann.until("() => seat.wire.ask('ping', { to: 'ann' }).then(() => true, () => false)")
        await ann.ask("() => seat.call.setAudio(false)")

        await pat.until("() => seat.state().others[0].audio === false")
        assert await ann.ask("() => seat.connections.length") == 1


async def test_whoever_reloads_the_page_is_back_in_the_call(visit: Visit) -> None:
    async with visit() as call:
        ann, pat = await call.enter(HOST, PATIENT)
        await pat.sees(ann)

        for who in (pat, ann):
            await who.page.reload()
            await who.enter()
            await ann.sees(pat)
            await pat.sees(ann)


async def test_a_muted_voice_is_silent_a_camera_that_is_off_sends_nothing_and_another_one_takes_over(
    visit: Visit,
) -> None:
    async with visit() as call:
        ann, pat = await call.enter(HOST, PATIENT)
        await pat.sees(ann)

        await ann.ask("() => { seat.call.setAudio(false); seat.call.setVideo(false); }")
        await pat.until("() => { const [one] = seat.state().others; return !one.audio && !one.video; }")
        await pat.rests()
        await ann.until(
            "async () => (await seat.stats('media-source')).some((row) => row.kind === 'audio' && row.audioLevel === 0)"
        )
        first = await ann.ask("() => seat.devices.now().camera")
        await ann.ask("""async () => {
          const other = seat.devices.now().cameras.find(({ label }) => label === "fake_device_2");
          await seat.devices.chooseCamera(other.id);
          seat.call.setTracks(seat.devices.now().audio, seat.devices.now().video);
          seat.call.setVideo(true);
        }""")

        await pat.sees(ann)
        assert await ann.ask("() => seat.devices.now().camera") != first
        assert await pat.ask("() => seat.connections.length") == 2, "one was asked for, one was offered; none since"


async def test_a_screen_is_shown_beside_the_face_and_taken_away_again(visit: Visit) -> None:
    async with visit() as call:
        ann, pat = await call.enter(HOST, PATIENT)
        await pat.sees(ann)

        assert await ann.ask("() => seat.share()")
        await pat.sees_screen(ann)
        await pat.sees(ann)
        await ann.ask("() => seat.call.show(null)")

        await pat.until("() => seat.state().others[0].shown === null")


async def test_voices_alone_by_choice_and_pictures_again(visit: Visit) -> None:
    async with visit() as call:
        ann, pat = await call.enter(HOST, PATIENT)
        await pat.sees(ann)

        await pat.ask("() => seat.call.setAudioOnly(true)")
        await pat.rests()
        await ann.until("() => seat.state().others[0].video === false")
        await pat.ask("() => seat.call.setAudioOnly(false)")

        await pat.sees(ann)
        await ann.sees(pat)


async def test_a_bad_line_makes_the_picture_small_then_takes_it_away_and_a_good_one_brings_it_back(
    visit: Visit,
) -> None:
    async with visit() as call:
        call.switchboard.expect(HOST, PATIENT)
        ann, pat = await call.sit("ann", clock=True), await call.sit("pat")
        await ann.line(loss=0)
        await ann.enter()
        await pat.enter()
        await ann.sees(pat)

        step = "(step) => seat.state().own.step === step"
        await ann.line(loss=40)
        await ann.until("() => seat.state().level === 'poor'")
        assert await ann.seconds_until(step, "small") >= 7
        assert await ann.seconds_until(step, "off") >= 7
        await pat.until("() => seat.state().others[0].video === false")
        await ann.line(loss=0)
        await ann.until("() => seat.state().level !== 'poor'")
        assert await ann.seconds_until(step, "small") >= 15

        await pat.sees(ann)


async def test_with_somebody_between_them_both_are_connected_and_their_codes_differ(visit: Visit) -> None:
    async with visit() as call:
        mallory = await call.sit("mallory")
        await mallory.ask(_BETWEEN)
        heard: list[Words] = []

        def catch(words: Words) -> Words | None:
            if words["event"] != "rtc.signal" or words.get("wants"):
                return words
            heard.append(words)
            return None

        call.switchboard.alter = catch
        ann, pat = await call.enter(HOST, PATIENT)

        async with asyncio.timeout(PATIENCE):
            while await pat.frames(ann) < SOME:
                for words in [heard.pop(0) for _ in list(heard)]:
                    for to, said in await mallory.ask("(words) => between(words)", words):
                        await call.switchboard.say(to, said)
                await asyncio.sleep(LOOK)

        assert (await ann.state())["phase"] == "connected"
        assert await ann.safety() != await pat.safety()


_BETWEEN = """() => {
  const ends = { ann: new RTCPeerConnection(), pat: new RTCPeerConnection() };
  const found = [];
  let attempt = "";
  const say = (to, part) =>
    found.push([to, { event: "rtc.signal", from: to === "ann" ? "pat" : "ann", attempt, ...part }]);
  for (const [to, end] of Object.entries(ends))
    end.onicecandidate = ({ candidate }) => candidate && say(to, { candidate: candidate.toJSON() });
  globalThis.between = async ({ from, description, candidate, ...words }) => {
    attempt = words.attempt;
    const end = ends[from];
    if (candidate) await end.addIceCandidate(candidate);
    if (description && !end.remoteDescription) {
      await end.setRemoteDescription(description);
      if (description.type === "answer") return found.splice(0);
      await end.setLocalDescription();
      say(from, { description: end.localDescription.toJSON() });
      for (const { receiver } of end.getTransceivers()) ends.pat.addTransceiver(receiver.track);
      await ends.pat.setLocalDescription();
      say("pat", { description: ends.pat.localDescription.toJSON() });
    }
    await new Promise((done) => setTimeout(done, 100));
    return found.splice(0);
  };
}"""
"""Whoever sits between: a connection with each, and what comes from one is sent to the other."""
