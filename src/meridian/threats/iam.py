"""
A model of IAM, not IAM: enough to ask what a role of ours may do, and what a policy on a thing lets in.

It knows Allow and Deny, wildcards in actions and resources, principals of our kinds, and the condition operators that
our policies use; at anything else it stops, so that no policy is judged by a rule that was left out. It knows no
permissions boundaries, service control policies, session policies or access-control lists: we draw none, and whoever
deploys may add some, which only ever take away.

Source: docs.aws.amazon.com/IAM, policy evaluation logic, and condition operators.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class NotModelled(Exception):
    """A policy says what this model does not know."""


@dataclass(frozen=True, slots=True)
class Request:
    """
    Somebody asks for something.

    Args:
        action: As `s3:GetObject`.
        resource: ARN.
        context: Keys of the request, as `aws:SecureTransport`; a key that is not there is not known.
        who: ARN of a role, account number, or host name of a service; `*` is nobody in particular.
    """

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)
    who: str = "*"


@lru_cache(maxsize=4096)
def _pattern(glob: str, *, any_case: bool) -> re.Pattern[str]:
    body = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in glob)
    return re.compile(body, re.DOTALL | (re.IGNORECASE if any_case else 0))


def like(glob: str, value: str, *, any_case: bool = False) -> bool:
    """
    Whether *value* is like *glob*, in which `*` is anything and `?` one character.

    >>> like("arn:aws:s3:::docs/files/*", "arn:aws:s3:::docs/files/1"), like("a?c", "abbc"), like("a.c", "abc")
    (True, False, False)
    """
    return _pattern(glob, any_case=any_case).fullmatch(value) is not None


def arn_like(glob: str, value: str) -> bool:
    """
    Whether an ARN is like a *glob*, part for part: `*` does not reach past a colon of the first five.

    >>> arn_like("arn:aws:sns:*:1:*", "arn:aws:sns:us-east-1:1:topic:2"), arn_like("arn:*", "arn:aws:s3:::x")
    (True, False)
    """
    ours, theirs = glob.split(":", 5), value.split(":", 5)
    return len(ours) == len(theirs) and all(like(mine, its) for mine, its in zip(ours, theirs, strict=True))


def _equal(wanted: str, value: str) -> bool:
    return wanted == value


def _same_truth(wanted: str, value: str) -> bool:
    return wanted.lower() == value.lower()


OPERATORS: dict[str, tuple[Callable[[str, str], bool], bool]] = {
    "StringEquals": (_equal, True),
    "StringNotEquals": (_equal, False),
    "StringLike": (like, True),
    "StringNotLike": (like, False),
    "ArnEquals": (arn_like, True),
    "ArnLike": (arn_like, True),
    "Bool": (_same_truth, True),
}
"""How values are compared, and whether one has to agree (or none may)."""


def holds(condition: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    """
    Whether every part of a *condition* is met.

    A key that is not known meets no positive operator and every negative one; with `IfExists` it meets any.

    Raises:
        NotModelled: At an operator that this model lacks.
    """
    return all(
        _one(operator, key, _listed(wanted), context)
        for operator, keys in condition.items()
        for key, wanted in keys.items()
    )


def _one(operator: str, key: str, wanted: list[str], context: Mapping[str, str]) -> bool:
    plain = operator.removesuffix("IfExists")
    if plain not in OPERATORS:
        raise NotModelled(f"condition operator {operator}")
    compare, positive = OPERATORS[plain]
    value = next((known for name, known in context.items() if name.lower() == key.lower()), None)
    if value is None:
        return operator != plain or not positive
    return any(compare(each, value) for each in wanted) == positive


def _listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


KNOWN = {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}


def applies(statement: Mapping[str, Any], request: Request) -> bool:
    """
    Whether a *statement* speaks of that *request*.

    Raises:
        NotModelled: At an element that this model lacks, as `NotAction`.
    """
    if unknown := set(statement) - KNOWN:
        raise NotModelled(f"elements {sorted(unknown)}")
    return (
        any(like(action, request.action, any_case=True) for action in _listed(statement["Action"]))
        and any(like(resource, request.resource) for resource in _listed(statement.get("Resource", "*")))
        and ("Principal" not in statement or names(statement["Principal"], request.who))
        and holds(statement.get("Condition", {}), request.context)
    )


def names(principal: Any, who: str) -> bool:
    """
    Whether a *principal* of a policy on a thing is, or takes in, *who*.

    An account's root takes in all that is of the account; what it names may still need a policy of its own.
    """
    if principal == "*":
        return True
    known = [each for kind in ("AWS", "Service", "Federated") for each in _listed(principal.get(kind, []))]
    return any(each in ("*", who) or _takes_in(each, who) for each in known)


def _takes_in(known: str, who: str) -> bool:
    return known.startswith("arn:aws:iam::") and known.endswith(":root") and _account(who) == _account(known)


def _account(who: str) -> str:
    return who.split(":")[4] if who.startswith("arn:") else who


def effects(statements: Iterable[Mapping[str, Any]], request: Request) -> set[str]:
    """`Allow`, `Deny`, both or neither: what the *statements* say of the *request*."""
    return {str(statement["Effect"]) for statement in statements if applies(statement, request)}


def allowed(statements: Iterable[Mapping[str, Any]], request: Request) -> bool:
    """Whether one statement allows it and none denies; silence is no."""
    return effects(statements, request) == {"Allow"}
