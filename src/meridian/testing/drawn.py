"""
Templates as `cdk synth` writes them, small: the functions' roles by their `function.toml`, and what these are about.

`infra/tests` asks the real ones the same questions; drawing those takes longer than all attacks together.
"""

import json
from pathlib import Path
from typing import Any

from meridian.threats.roles import declared
from meridian.threats.templates import MANIFEST

EDITION, ACCOUNT, REGION = "careconnect360", "000000000000", "us-east-1"
STACKS = ("foundation", "services")
_BUCKETS = {"documents": "patient-docs", "archive": "audit-archive", "exports": "exports", "backups": "backups"}
_LOG: dict[str, Any] = {"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Effect": "Allow"}
REPOSITORY = "repo:example/careconnect360:environment:production"


def draw(folder: Path, functions: Path) -> None:
    """Write templates of the *functions* of a checkout into a new *folder*."""
    folder.mkdir()
    needs = declared(functions)
    services: dict[str, Any] = {}
    for name, wanted in needs.items():
        services |= _function(name, wanted)
    for stack, resources in (("foundation", _foundation(needs)), ("services", services)):
        path = folder / f"{EDITION}-{stack}.template.json"
        path.write_text(json.dumps({"Resources": resources}, indent=1), encoding="utf-8")
    stacks = {f"{EDITION}-{stack}": {"environment": f"aws://{ACCOUNT}/{REGION}"} for stack in STACKS}
    (folder / MANIFEST).write_text(json.dumps({"artifacts": stacks}), encoding="utf-8")


def _arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def arn(symbol: str) -> str:
    """What a name of `function.toml` stands for."""
    kind, _, name = symbol.partition(":")
    if kind in _BUCKETS:
        return "/".join(filter(None, [f"arn:aws:s3:::{EDITION}-{_BUCKETS[kind]}", name]))
    known = {
        "queue": _arn("sqs", f"{EDITION}-{name}"),
        "secret": _arn("secretsmanager", f"secret:{EDITION}/{name}-??????"),
        "key": _arn("kms", f"key/{EDITION}/{name}"),
        "mail": _arn("ses", "identity/careconnect360.example"),
    }
    return known.get(kind, "*")


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def _foundation(needs: dict[str, list[tuple[str, str]]]) -> dict[str, Any]:
    named = {thing for wanted in needs.values() for _, thing in wanted}
    found = {
        f"Bucket{no}": _resource("S3::Bucket", BucketName=f"{EDITION}-{name}")
        for no, name in enumerate(_BUCKETS.values())
    }
    for no, thing in enumerate(sorted(named | {"key:queues", "secret:turn/secret", "queue:somebody-elses"})):
        kind, _, name = thing.partition(":")
        if kind == "secret":
            found[f"Secret{no}"] = _resource("SecretsManager::Secret", Name=f"{EDITION}/{name}")
        if kind == "queue":
            found[f"Queue{no}"] = _resource("SQS::Queue", QueueName=f"{EDITION}-{name}")
        if kind == "key":
            alias = f"alias/{EDITION}/{name}"
            found[f"Alias{no}"] = _resource(
                "KMS::Alias", AliasName=alias, TargetKeyId={"Fn::GetAtt": [f"Key{no}", "Arn"]}
            )
            found[f"Key{no}"] = _resource("KMS::Key")
    return found | {"Deploy": _role("deploy", _trusts_github())}


def _role(name: str, trust: dict[str, Any]) -> dict[str, Any]:
    return _resource("IAM::Role", RoleName=f"{EDITION}-{name}", AssumeRolePolicyDocument=trust)


def _trusts_github() -> dict[str, Any]:
    issuer = "token.actions.githubusercontent.com"
    said = {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": REPOSITORY}
    return {
        "Statement": [
            {
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}"},
                "Condition": {"StringEquals": said},
            }
        ]
    }


def _function(name: str, wanted: list[tuple[str, str]]) -> dict[str, Any]:
    called, logical = f"{EDITION}-{name}", name.title().replace("-", "")
    statements = [{"Action": action, "Effect": "Allow", "Resource": arn(thing)} for action, thing in wanted]
    statements += [{"Action": "sns:Publish", "Effect": "Deny", "Resource": "arn:aws:sns:*:*:*"}]
    statements += [{**_LOG, "Resource": _arn("logs", f"log-group:/aws/lambda/{called}:log-stream:*")}]
    return {
        f"{logical}Dead": _resource("SQS::Queue", QueueName=f"{called}-dead"),
        f"{logical}Log": _resource("Logs::LogGroup", LogGroupName=f"/aws/lambda/{called}"),
        f"{logical}Role": _role(name, _trusts("lambda.amazonaws.com")),
        f"{logical}Policy": _resource(
            "IAM::ManagedPolicy", Roles=[{"Ref": f"{logical}Role"}], PolicyDocument={"Statement": statements}
        ),
        f"{logical}Function": _resource(
            "Lambda::Function", FunctionName=called, Role={"Fn::GetAtt": [f"{logical}Role", "Arn"]}
        ),
    }  # fmt: skip


def _trusts(service: str) -> dict[str, Any]:
    return {"Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": service}}]}
