import base64
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.audit import merkle, verifier

VECTORS = "merkle/transparency-dev-merkle-testdata.tar.gz"

sizes = st.integers(1, 700)


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(b"%d" % place) for place in range(count)]


def top(count: int) -> bytes:
    return merkle.root(merkle.frontier_of(leaves(count)))


def proof(ranges: list[merkle.Range], count: int) -> list[bytes]:
    """The hashes of a proof, from the leaves alone."""
    known = leaves(count)

    def node(at: merkle.Node) -> bytes:
        level, index = at
        return merkle.tile_root(known[index << level : (index + 1) << level])

    return [merkle.fold(nodes, node) for nodes in ranges]


def octets(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def check(kind: str, vector: dict[str, Any]) -> None:
    hashes = [octets(one) for one in vector["proof"] or []]
    if kind == "inclusion":
        leaf, root = octets(vector["leafHash"]), octets(vector["root"])
        verifier.check_inclusion(vector["leafIdx"], vector["treeSize"], leaf, hashes, root)
    elif kind == "subtreeinclusion":
        leaf, root = octets(vector["leafHash"]), octets(vector["root"])
        verifier.check_subtree_inclusion(vector["leafIdx"], (vector["start"], vector["end"]), leaf, hashes, root)
    elif kind == "consistency":
        roots = octets(vector["root1"]), octets(vector["root2"])
        verifier.check_consistency(vector["size1"], vector["size2"], *roots, hashes)
    else:
        roots = octets(vector["root1"]), octets(vector["root2"])
        verifier.check_subtree_consistency((vector["start"], vector["end"]), vector["size"], *roots, hashes)


@pytest.mark.data
def test_every_published_vector_is_judged_as_its_authors_judge_it(shared_data: Path) -> None:
    wrong, seen = [], 0

    with tarfile.open(shared_data / VECTORS) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".json") else None
            if file is None:
                continue
            vector = json.load(file)
            seen += 1
            try:
                check(member.name.split("/")[1], vector)
                refused = False
            except verifier.Refused:
                refused = True
            if refused != vector["wantErr"]:
                wrong.append(member.name)

    assert seen == 518
    assert wrong == []


def test_the_tree_of_nothing_has_the_root_of_nothing() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(sizes, st.data())
def test_every_inclusion_proof_made_is_accepted(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))

    made = proof(merkle.inclusion(index, size), size)

    verifier.check_inclusion(index, size, leaves(size)[index], made, top(size))


@given(sizes, st.data())
def test_an_inclusion_proof_is_refused_for_another_leaf(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    made = proof(merkle.inclusion(index, size), size)

    with pytest.raises(verifier.Refused):
        verifier.check_inclusion(index, size, merkle.leaf_hash(b"another"), made, top(size))


@given(sizes, st.data())
def test_every_consistency_proof_made_is_accepted(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))

    made = proof(merkle.consistency(old, new), new)

    verifier.check_consistency(old, new, top(old), top(new), made)


@given(sizes, st.data())
def test_a_consistency_proof_is_refused_for_another_beginning(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    made = proof(merkle.consistency(old, new), new)

    with pytest.raises(verifier.Refused):
        verifier.check_consistency(old, new, merkle.leaf_hash(b"another"), top(new), made)


@given(sizes)
def test_the_verifier_and_the_writer_agree_on_every_root(size: int) -> None:
    tree = verifier.Tree()

    for leaf in leaves(size):
        tree.append(leaf)

    assert tree.root() == top(size)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in the tree"):
        merkle.inclusion(index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_no_proof_is_made_for_a_tree_that_is_no_beginning(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="beginning"):
        merkle.consistency(old, new)
