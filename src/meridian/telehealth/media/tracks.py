"""
What Janus wrote: a file for each track, in a form of its own, made into what a browser plays.

Janus's own program turns a track into WebM or Ogg, and ffmpeg puts the tracks of a person into one file, each from when
it began; nothing is decoded. Where either is missing or fails, what there is stays as it is: no track is lost.

Source: janus.conf.meetecho.com/docs/recordings.html.
"""

import asyncio
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import NamedTuple

_NAME = re.compile(r"videoroom-[0-9a-f]+-user-(.{1,100})-(\d{10,17})-(audio|video)-(\d{1,3})\.mjr(?:\.tmp)?")
UNDER_WAY = ".tmp"
"""How the names of files end that Janus still writes."""
NOTHING = 1024
"""Bytes under which a track holds no second of sound."""
PATIENCE = 60.0
"""Seconds that a program may take; an hour's track takes some."""
_ENDINGS = {"audio": "opus", "video": "webm"}
_BYTES = "application/octet-stream"
MEDIA = {".webm": "video/webm", ".opus": "audio/ogg", ".mjr": _BYTES, UNDER_WAY: _BYTES}
"""Media types, by how names end."""


class Track(NamedTuple):
    """
    One file.

    Args:
        path: Where it is.
        feed: What Janus calls whoever sent it.
        began: Microseconds since the epoch.
        kind: `audio` or `video`.
        line: Number among what they sent.
    """

    path: Path
    feed: str
    began: int
    kind: str
    line: int


class Take(NamedTuple):
    """What one person sent from joining to leaving: *person* is their id in the visit."""

    person: str
    tracks: tuple[Track, ...]

    @property
    def began(self) -> int:
        """Milliseconds since the epoch."""
        return min(track.began for track in self.tracks) // 1000


def takes(folder: Path) -> list[Take]:
    """All that was recorded in a room, by person and by how often they came, the earliest first."""
    seen: Counter[tuple[str, str, int]] = Counter()
    found: dict[tuple[str, int], list[Track]] = {}
    for track in sorted(_tracks(folder), key=lambda one: one.began):
        seen[track.feed, track.kind, track.line] += 1
        found.setdefault((track.feed, seen[track.feed, track.kind, track.line]), []).append(track)
    return [Take(feed.rpartition(".")[0], tuple(tracks)) for (feed, _), tracks in found.items()]


def _tracks(folder: Path) -> list[Track]:
    named = [(path, _NAME.fullmatch(path.name)) for path in folder.iterdir() if path.is_file()]
    return [Track(path, name[1], int(name[2]), name[3], int(name[4])) for path, name in named if name]


async def playable(take: Take, folder: Path) -> list[Path]:
    """
    Files of a take, in *folder*, as a browser plays them: one, or as many as there are tracks.

    Tracks with nothing in them are none.
    """
    made = [(track, await _converted(track, folder)) for track in take.tracks if track.path.stat().st_size >= NOTHING]
    files = [path for _, path in made]
    if len(made) > 1 and all(path.parent == folder for path in files):
        joined = folder / f"{take.began}.webm"
        if await _joined(made, joined):
            return [joined]
    return files


async def _converted(track: Track, folder: Path) -> Path:
    """The track as WebM or Ogg; as Janus wrote it where that cannot be."""
    made = folder / f"{track.began}-{track.line}.{_ENDINGS[track.kind]}"
    source = folder / f"{made.stem}.mjr"  # it judges a file by its ending, which one under way has not got yet
    source.symlink_to(track.path.resolve())
    done = await _run("janus-pp-rec", "-d", "0", source.name, made.name, folder=folder)
    return made if done and made.is_file() and made.stat().st_size else track.path


async def _joined(made: list[tuple[Track, Path]], target: Path) -> bool:
    first = min(track.began for track, _ in made)
    inputs = [
        word for track, path in made for word in ("-itsoffset", f"{(track.began - first) / 1e6:.6f}", "-i", path.name)
    ]
    maps = [word for number in range(len(made)) for word in ("-map", str(number))]
    return await _run(
        "ffmpeg", "-nostdin", "-loglevel", "quiet", "-protocol_whitelist", "file", *inputs, *maps, "-c", "copy",
        "-f", "webm", target.name, folder=target.parent,
    )  # fmt: skip


async def _run(program: str, *words: str, folder: Path) -> bool:
    """Whether an installed program did well; it reads what others sent, so it gets nothing of ours and not for long."""
    found = shutil.which(program)
    if found is None:
        return False
    nothing = asyncio.subprocess.DEVNULL
    running = await asyncio.create_subprocess_exec(
        found, *words, stdin=nothing, stdout=nothing, stderr=nothing, cwd=folder, env={}, start_new_session=True
    )
    try:
        async with asyncio.timeout(PATIENCE):
            return await running.wait() == 0
    except TimeoutError:
        return False
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
