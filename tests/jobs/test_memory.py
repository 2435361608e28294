import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, os
from meridian.jobs import memory

memory.few_heaps()

def resident():
    with open("/proc/self/statm") as said:
        return int(said.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

kept = [bytes(20_000) for _ in range(5_000)]
del kept[:-1]  # the last one holds the heap's end
before = resident()
asyncio.run(memory.give_back())
print(before - resident())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_what_is_free_within_a_heap_goes_back_to_the_system() -> None:
    said = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True)  # noqa: S603  # our own program

    assert float(said.stdout) > 50
