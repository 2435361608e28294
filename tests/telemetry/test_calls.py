"""
Every call of a logger in the program, read: a constant sentence, and arguments that are known to hold nobody's data.

A new argument is looked at by somebody and gets a line here; an exception's message, a name or a value gets none.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import meridian

SOURCE = Path(meridian.__file__).parent
LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}

ANYWHERE = {
    "type(wrong).__name__", "type(fault).__name__", "type(failed).__name__",  # what kind of fault
    "request", "request.id", "job.no", "job.topic", "tries", "port", "org",  # numbers and codes of the platform's own
}  # fmt: skip
KNOWN = {
    "app/adapters.py": {"text"},  # a public key
    "app/functions/archiving.py": {"reason"},  # sizes and hashes of a log
    "app/functions/feeding.py": {"kind"},  # of an event, of a list of ours
    "app/functions/timed.py": {"', '.join((f'{name} {value}' for name, value in said.items()))"},  # counts by name
    "app/watch.py": {"name"},  # of a secret
    "audit/checkpoint.py": {"self.broken[org]"},  # sizes and hashes of a log
    "counting/shared.py": {"why"},  # the type of an exception
    "identity/cognito/client.py": {"code if code.isalnum() else '?'", "operation"},  # AWS's codes
    "jobs/sqs.py": {"amazon.code(wrong) or type(wrong).__name__", "one['Code']", "one['Id']", "queue"},  # likewise
    "jobs/worker.py": {"one.name"},  # of a chore
    "medications/partners/panel.py": {"partner.id"},
    "medications/partners/transport.py": {"calls[-1].request if calls else '-'", "self.place.id", "why.value"},
    "ops/backup/taking.py": {"wrong.detail"},  # a fault of ours about a backup
    "ops/downtime/keeping.py": {"wrong.detail"},  # a fault of ours about the platform
    "realtime/events.py": {"_frames(wrong)", "name"},  # places in the program; an event that is registered
    "scheduling/jobs.py": {"clashing"},  # how many
    "telehealth/carrying.py": {"after.state"},
    "telehealth/media/janus.py": {"name"},  # of a secret
    "telehealth/media/wire.py": {"no.code", "what", "why"},  # the gateway's code; our own words
    "telehealth/turn.py": {"self.turn.secret"},  # the name of a secret
    "telemetry/logs.py": {"what"},  # our own words
    "telemetry/otlp.py": {"why"},  # the type of an exception
    "vault/manager.py": {"type(wrong.__cause__ or wrong).__name__"},
    "web/asgi.py": {"_frames(fault)", "faults.detail(wrong) if isinstance(wrong, Fault) else wrong"},
}


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if name.startswith("testing/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
                logger = ast.unparse(node.func.value)
                if logger in {"_log", "log", "logger", "_logger"} or "getLogger" in logger:
                    yield name, node


def test_every_sentence_is_a_constant() -> None:
    odd = [f"{name}: {ast.unparse(call)}" for name, call in calls() if not isinstance(call.args[0], ast.Constant)]

    assert odd == []


def test_every_argument_is_known() -> None:
    unknown = [
        f"{name}: {ast.unparse(argument)}"
        for name, call in calls()
        for argument in call.args[1:]
        if ast.unparse(argument) not in ANYWHERE | KNOWN.get(name, set())
    ]

    assert unknown == []


def test_nothing_but_the_exception_comes_besides() -> None:
    odd = [
        f"{name}: {ast.unparse(call)}" for name, call in calls() if {one.arg for one in call.keywords} - {"exc_info"}
    ]

    assert odd == []


def test_no_line_of_the_table_is_left_over() -> None:
    used = {(name, ast.unparse(argument)) for name, call in calls() for argument in call.args[1:]}

    assert {(name, one) for name, known in KNOWN.items() for one in known} - used == set()


def test_nobody_writes_to_the_terminal_but_the_command_line() -> None:
    printing = [
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]

    assert [one for one in printing if not one.startswith(("cli/", "testing/", "ops/demo/"))] == []
