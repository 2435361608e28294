"""Ports that nobody has, and those that a program has."""

import socket
from contextlib import ExitStack, suppress
from pathlib import Path

_LISTENING = "0A"


def free_ports(count: int) -> list[int]:
    """So many ports of this machine that are free for TCP and UDP at this moment, no two the same."""
    with ExitStack() as held:
        return [_held(held) for _ in range(count)]


def _held(held: ExitStack) -> int:
    while True:
        stream = held.enter_context(socket.socket())
        stream.bind(("127.0.0.1", 0))
        port = int(stream.getsockname()[1])
        packets = held.enter_context(socket.socket(type=socket.SOCK_DGRAM))
        try:
            packets.bind(("127.0.0.1", port))
        except OSError:
            continue
        return port


def listening(process: int) -> set[tuple[str, int]]:
    """
    Addresses and ports on which a program of this machine takes TCP connections.

    Source: proc_net(5), proc_pid_fd(5).
    """
    own = set()
    for handle in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            own.add(str(handle.readlink()))
    return {
        _place(row[1])
        for table in ("tcp", "tcp6")
        for row in map(str.split, Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:])
        if row[3] == _LISTENING and f"socket:[{row[9]}]" in own
    }


def _place(said: str) -> tuple[str, int]:
    """Words of four bytes, each in this machine's order."""
    address, _, port = said.partition(":")
    words = bytes.fromhex(address)
    packed = b"".join(words[first : first + 4][::-1] for first in range(0, len(words), 4))
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed), int(port, 16)  # noqa: PLR2004  # bytes of an IPv4 address
