"""Ports that nobody has."""

import socket
from contextlib import ExitStack


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
