"""That the cipher under everything refuses what it must; vectors of C2SP Wycheproof."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from meridian.vault.master import unwrap
from meridian.vault.unreadable import Unreadable

pytestmark = pytest.mark.data


def vectors(shared_data: Path, *, key_size: int, iv_size: int) -> list[dict[str, Any]]:
    groups = json.loads(gzip.decompress((shared_data / "wycheproof" / "aes_gcm_test.json.gz").read_bytes()))[
        "testGroups"
    ]
    return [
        {name: bytes.fromhex(test[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag")}
        | {"valid": test["result"] == "valid", "id": test["tcId"]}
        for group in groups
        if (group["keySize"], group["ivSize"], group["tagSize"]) == (key_size, iv_size, 128)
        for test in group["tests"]
    ]


def test_every_good_vector_opens_and_every_bad_one_is_refused(shared_data: Path) -> None:
    seen = {True: 0, False: 0}
    for vector in vectors(shared_data, key_size=256, iv_size=96):
        wrapped = (7).to_bytes(2, "big") + vector["iv"] + vector["ct"] + vector["tag"]
        ciphers = {7: AESGCM(vector["key"])}
        seen[vector["valid"]] += 1
        if vector["valid"]:
            assert unwrap(ciphers, wrapped, vector["aad"], "test") == vector["msg"], vector["id"]
        else:
            with pytest.raises(Unreadable):
                unwrap(ciphers, wrapped, vector["aad"], "test")

    assert seen[True] > 30
    assert seen[False] > 20
