"""What is read of `function.toml`, and what is refused."""

from pathlib import Path

import pytest

from infra.drawing import Drawing
from infra.functions import read_functions
from infra.grants import Allow, UnknownName

NINE = {
    "document_intake", "reminders", "refill_recheck", "no_show_sweep", "bulk_export", "audit_archive",
    "secret_rotation", "signing_key_rotation", "restore_drill",
}  # fmt: skip


def test_there_are_nine() -> None:
    assert {function.name for function in read_functions()} == NINE


def test_a_function_is_fed_or_timed_or_rotates_and_stands_in_the_network() -> None:
    for function in read_functions():
        assert len([way for way in (function.queue, function.schedule, function.rotates) if way]) == 1
        assert function.network


def test_each_is_deployed_as_it_says(drawing: Drawing) -> None:
    drawn = {each.properties["FunctionName"]: each.properties for each in drawing.every("AWS::Lambda::Function")}

    for function in read_functions():
        there = drawn[f"{drawing.environment.edition}-{function.name.replace('_', '-')}"]
        assert (there["Timeout"], there["MemorySize"]) == (function.timeout, function.memory)
        assert there["EphemeralStorage"]["Size"] == function.storage
        assert there["Handler"] == f"functions.{function.name}.handler.handler"
        assert len(there["VpcConfig"]["SubnetIds"]) == 2
        assert there["ReservedConcurrentExecutions"] >= 1


@pytest.mark.parametrize("action", ["s3:*", "*", "s3:Get*", "GetObject"])
def test_an_action_is_spelled_out(action: str) -> None:
    with pytest.raises(UnknownName, match="spelled out"):
        Allow((action,), ("documents",))


def test_what_the_file_does_not_know_is_refused(tmp_path: Path) -> None:
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "function.toml").write_text('summary = ""\ntimeout = 1\nmemory = 128\nrole = "admin"\n')

    with pytest.raises(TypeError, match="role"):
        read_functions(tmp_path)


def test_a_name_that_stands_for_nothing_is_refused(drawing: Drawing) -> None:
    from infra.grants import Names  # noqa: PLC0415  # beside what it refuses

    with pytest.raises(UnknownName, match="bucket:any"):
        Names(drawing.environment, {}, "", "").arn("bucket:any")  # type: ignore[arg-type]  # no key is asked for
