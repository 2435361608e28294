"""
What symbolic names mean here: `documents:files/*` or `queue:notices` as ARNs, and `[[allow]]` as a policy.

`functions/README.md` defines the names; services use the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import aws_iam as iam

from infra.storage import LIFECYCLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from constructs import Construct

    from infra.environment import Environment
    from infra.keys import Keys

EVERY_TOPIC = "arn:aws:sns:*:*:*"


class UnknownName(Exception):
    """A symbolic name, or an action, that nothing here stands for."""


@dataclass(frozen=True, slots=True)
class Allow:
    """*actions* on what the symbolic names *on* stand for."""

    actions: tuple[str, ...]
    on: tuple[str, ...]

    def __post_init__(self) -> None:
        for action in self.actions:
            if "*" in action or ":" not in action:
                raise UnknownName(f"{action!r}: an action is to be spelled out, as s3:GetObject")

    @classmethod
    def of(cls, table: dict[str, Any]) -> Allow:
        """From a table of `function.toml`."""
        return cls(tuple(table["actions"]), tuple(table["on"]))


class Names:
    """
    The things that symbolic names stand for, in one environment.

    Args:
        environment: Whose names these are.
        keys: The keys of `key:` names.
        pool: ARN of the user pool, for `people:pool`.
        anchors: ARN of the file system of checkpoints, for `anchors:folder`.
    """

    def __init__(self, environment: Environment, keys: Keys, pool: str, anchors: str) -> None:
        self._environment = environment
        self._keys = keys
        self._pool = pool
        self._anchors = anchors

    def arn(self, symbol: str) -> str:
        """
        What a *symbol* stands for.

        Raises:
            UnknownName: If it stands for nothing.
        """
        kind, _, name = symbol.partition(":")
        place = self._environment
        if kind in LIFECYCLES:
            return "/".join(filter(None, [f"arn:aws:s3:::{place.bucket(kind)}", name]))
        if kind == "key":
            return self._keys[name].key_arn
        stands_for = {
            f"queue:{name}": place.arn("sqs", f"{place.edition}-{name}"),
            f"secret:{name}": place.arn("secretsmanager", f"secret:{place.edition}/{name}-??????"),
            "mail:sender": place.arn("ses", f"identity/{place.mail_domain}"),
            "people:pool": self._pool,
            "anchors:folder": self._anchors,
            "texts:phones": "*",
        }
        if symbol not in stands_for:
            raise UnknownName(f"{symbol!r} stands for nothing")
        return stands_for[symbol]

    def statements(self, allows: Iterable[Allow]) -> list[iam.PolicyStatement]:
        """Statements for what is allowed; telephone numbers have no ARN, so topics are denied beside them."""
        made = []
        for allow in allows:
            made.append(
                iam.PolicyStatement(actions=list(allow.actions), resources=[self.arn(symbol) for symbol in allow.on])
            )
            if "texts:phones" in allow.on:
                made.append(
                    iam.PolicyStatement(effect=iam.Effect.DENY, actions=list(allow.actions), resources=[EVERY_TOPIC])
                )
        return made


def writes_log(environment: Environment, group: str) -> iam.PolicyStatement:
    """To write streams of that *group* of logs."""
    streams = environment.arn("logs", f"log-group:{group}:log-stream:*")
    return iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[streams])


def role(
    scope: Construct, name: str, *, called: str, trusts: iam.PrincipalBase, statements: list[iam.PolicyStatement]
) -> iam.IRole:
    """A role *called* so, with these *statements* and nothing else: no construct that uses it adds to them."""
    made = iam.Role(scope, name, role_name=called, assumed_by=trusts)
    if not statements:
        return made.without_policy_updates()
    iam.ManagedPolicy(
        scope, f"{name}Policy", managed_policy_name=called, description=f"What {called} may do, and nothing else",
        roles=[made], statements=statements,
    )  # fmt: skip
    return made.without_policy_updates()
