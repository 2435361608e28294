"""
What was synthesised, with references put in: a template's `Ref`, `Fn::GetAtt`, `Fn::Join` and imports as plain text.

An id that only AWS would draw is stood for by the logical id, and a key by its alias, so that people can read it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANIFEST = "manifest.json"
_WHERE = re.compile(r"aws://(\d{12})/([a-z0-9-]+)")

NAMED_BY = {
    "AWS::S3::Bucket": ("s3", "BucketName", ""),
    "AWS::SQS::Queue": ("sqs", "QueueName", ""),
    "AWS::Lambda::Function": ("lambda", "FunctionName", "function:"),
    "AWS::ECR::Repository": ("ecr", "RepositoryName", "repository/"),
    "AWS::ECS::Cluster": ("ecs", "ClusterName", "cluster/"),
    "AWS::IAM::Role": ("iam", "RoleName", "role/"),
    "AWS::Logs::LogGroup": ("logs", "LogGroupName", "log-group:"),
}
"""Service, the property that names it, and what stands before the name in its ARN."""


class Place(Protocol):
    """An edition in an account."""

    @property
    def edition(self) -> str:
        """First part of every stack's name."""

    @property
    def account(self) -> str:
        """Twelve digits."""

    @property
    def region(self) -> str:
        """As `us-east-1`."""

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """ARN of a *resource* of this account."""


@dataclass(frozen=True, slots=True)
class Somewhere:
    """A `Place` of which no more is known than its templates say."""

    edition: str
    account: str
    region: str

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """ARN of a *resource* of this account."""
        return f"arn:aws:{service}:{self.region if region is None else region}:{self.account}:{resource}"


@dataclass(frozen=True, slots=True)
class Found:
    """A resource of a template."""

    stack: str
    logical: str
    kind: str
    properties: dict[str, Any]
    raw: dict[str, Any]


class Templates:
    """
    All templates of one edition.

    Args:
        folder: Where they were synthesised.
        place: Whose they are.
    """

    def __init__(self, folder: Path, place: Place) -> None:
        self.place = place
        self.paths = sorted(folder.glob(f"{place.edition}-*.template.json"))
        self.templates = {
            path.name.removesuffix(".template.json"): json.loads(path.read_text(encoding="utf-8"))
            for path in self.paths
        }
        self._exports = {
            output["Export"]["Name"]: (stack, output["Value"])
            for stack, template in self.templates.items()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }
        self._aliases = {
            (stack, resource["Properties"]["TargetKeyId"]["Fn::GetAtt"][0]): resource["Properties"]["AliasName"]
            for stack, template in self.templates.items()
            for resource in template["Resources"].values()
            if resource["Type"] == "AWS::KMS::Alias"
        }

    def every(self, kind: str) -> Iterator[Found]:
        """Every resource of a *kind*, as `AWS::S3::Bucket`."""
        for stack, template in self.templates.items():
            for logical, resource in template["Resources"].items():
                if resource["Type"] == kind:
                    raw = resource.get("Properties", {})
                    yield Found(stack, logical, kind, self.resolve(stack, raw), resource)

    def only(self, kind: str) -> dict[str, Any]:
        """The properties of the only resource of that *kind*."""
        [found] = self.every(kind)
        return found.properties

    def resolve(self, stack: str, value: Any) -> Any:
        """A *value* of a template with what it refers to put in."""
        if isinstance(value, list):
            return [self.resolve(stack, each) for each in value]
        if not isinstance(value, dict):
            return value
        (name, argument), *more = value.items() or [("", None)]
        if name in _FUNCTIONS and not more:
            return getattr(self, _FUNCTIONS[name])(stack, argument)
        return {key: self.resolve(stack, each) for key, each in value.items()}

    def statements(self, role: Found) -> list[dict[str, Any]]:
        """All statements of the policies that hang on a *role*."""
        inline = [policy["PolicyDocument"] for policy in role.properties.get("Policies", [])]
        hung = [
            policy.properties["PolicyDocument"]
            for kind in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy")
            for policy in self.every(kind)
            if policy.stack == role.stack and role.properties["RoleName"] in policy.properties["Roles"]
        ]
        return [statement for document in [*inline, *hung] for statement in document["Statement"]]

    def _join(self, stack: str, argument: list[Any]) -> str:
        glue, parts = argument
        return str(glue).join(str(part) for part in self.resolve(stack, parts))

    def _imported(self, _stack: str, name: str) -> Any:
        return self.resolve(*self._exports[name])

    def _select(self, stack: str, argument: list[Any]) -> Any:
        index, parts = argument
        return self.resolve(stack, parts)[int(index)]

    def _split(self, stack: str, argument: list[Any]) -> list[str]:
        glue, whole = argument
        return str(self.resolve(stack, whole)).split(glue)

    def _attribute(self, stack: str, argument: list[str]) -> str:
        logical, attribute = argument
        resource = self.templates[stack]["Resources"][logical]
        if attribute != "Arn":
            return logical if attribute.endswith("Id") else f"{logical}.{attribute}"
        if resource["Type"] == "AWS::KMS::Key":
            return self.place.arn("kms", self._aliases[stack, logical].replace("alias/", "key/"))
        service, _, before = NAMED_BY.get(resource["Type"], (resource["Type"].split("::")[1].lower(), "", ""))
        name = before + self._ref(stack, logical)
        if service == "s3":
            return f"arn:aws:s3:::{name}"
        return self.place.arn(service, name, region="" if service == "iam" else None)

    def _ref(self, stack: str, name: str) -> str:
        pseudo = {"AWS::AccountId": self.place.account, "AWS::Region": self.place.region,
                  "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}  # fmt: skip
        resource = self.templates[stack]["Resources"].get(name)
        if name in pseudo or resource is None:
            return pseudo.get(name, name)
        if resource["Type"] == "AWS::SNS::Topic":
            return self.place.arn("sns", resource["Properties"]["TopicName"])
        if resource["Type"] == "AWS::ECS::TaskDefinition":
            return self.place.arn("ecs", f"task-definition/{resource['Properties']['Family']}:1")
        key = NAMED_BY.get(resource["Type"], ("", "", ""))[1]
        return str(self.resolve(stack, resource.get("Properties", {}).get(key, name)))


def drawn(folder: Path) -> list[Templates]:
    """
    Each edition of what CDK wrote into *folder*, by its manifest; an edition's foundation says where it is.

    Raises:
        FileNotFoundError: If CDK wrote nothing there.
    """
    artifacts = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["artifacts"]
    places = {}
    for name, artifact in artifacts.items():
        edition, _, stack = name.rpartition("-")
        where = _WHERE.fullmatch(artifact.get("environment", ""))
        if where and stack == "foundation":
            places[edition] = Somewhere(edition, *where.groups())
    return [Templates(folder, place) for _, place in sorted(places.items())]


_FUNCTIONS = {
    "Ref": "_ref",
    "Fn::GetAtt": "_attribute",
    "Fn::Join": "_join",
    "Fn::ImportValue": "_imported",
    "Fn::Select": "_select",
    "Fn::Split": "_split",
}
"""What stands for something else in a template, and which method puts it in."""
