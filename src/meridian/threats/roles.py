"""
What the code of a Lambda function or of a task could do besides its work, by its role's policies (CWE-269).

`infra/tests/rights.txt` says what each role may do, and is checked line for line. Here is asked the other way round,
and of any templates: what nobody's code may do, whose data it does not need, and who else could take its role.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tomllib import loads
from typing import Any

from meridian.threats.iam import Request, allowed, like
from meridian.threats.templates import Found, Templates

LAMBDA, TASKS = "lambda.amazonaws.com", "ecs-tasks.amazonaws.com"
ESCALATING = (
    "iam:PassRole", "iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:CreatePolicyVersion",
    "iam:UpdateAssumeRolePolicy", "iam:CreateAccessKey", "iam:CreateUser", "iam:CreateLoginProfile", "sts:AssumeRole",
    "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:AddPermission", "lambda:CreateFunction",
    "lambda:CreateEventSourceMapping", "lambda:PublishLayerVersion", "lambda:InvokeFunction", "ecs:RunTask",
    "ecs:ExecuteCommand", "ecs:RegisterTaskDefinition", "ec2:RunInstances", "ec2:CreateNetworkInterface",
    "ec2:AuthorizeSecurityGroupIngress", "ssm:StartSession", "ssm:SendCommand", "cloudformation:CreateStack",
    "cloudformation:UpdateStack", "scheduler:CreateSchedule", "kms:PutKeyPolicy", "kms:CreateGrant",
    "kms:ScheduleKeyDeletion", "kms:DisableKey", "s3:PutBucketPolicy", "s3:PutBucketAcl", "s3:PutObjectAcl",
    "s3:PutAccountPublicAccessBlock", "s3:PutBucketPublicAccessBlock", "s3:PutLifecycleConfiguration",
    "s3:BypassGovernanceRetention", "s3:DeleteObjectVersion", "secretsmanager:PutResourcePolicy",
    "secretsmanager:ListSecrets", "secretsmanager:DeleteSecret", "rds:CreateDBSnapshot", "rds:ModifyDBInstance",
    "rds:DeleteDBInstance", "cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "logs:DeleteLogGroup",
    "logs:PutRetentionPolicy", "backup:DeleteRecoveryPoint", "dynamodb:GetItem",
)  # fmt: skip
"""What leads from one role to others, or puts a control out: no code of ours does any of it."""
DATA = (
    "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "kms:Decrypt", "kms:GenerateDataKey",
    "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage",
    "sqs:ReceiveMessage", "sqs:SendMessage", "sqs:DeleteMessage", "sqs:PurgeQueue", "sns:Publish", "ses:SendEmail",
    "logs:PutLogEvents", "logs:GetLogEvents", "cognito-idp:AdminGetUser", "cognito-idp:AdminSetUserPassword",
)  # fmt: skip
"""What reaches somebody's data; and besides, whatever any role may do."""
OUTSIDE_FUNCTIONS = {"public-access-block": {("s3:PutAccountPublicAccessBlock", "*")}}
"""A resource of CloudFormation with a handler of its own: it closes the account's buckets, and does nothing else."""
NARROWEST = frozenset({
    "sns:Publish", "s3:PutAccountPublicAccessBlock", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups", "ec2:DescribeVpcs", "ecr:GetAuthorizationToken",
})  # fmt: skip
"""Actions that know no resource: telephone numbers have no ARN, and what Lambda looks up is denied to the code."""
PREFIXES = ("files", "audit", "drills", "database", "other")
BUCKETS = {"patient-docs": "documents", "audit-archive": "archive"}
"""Last part of a bucket's name, where `function.toml` calls the bucket otherwise."""
_NAMED = {
    "AWS::SecretsManager::Secret": ("secret", "secretsmanager", "Name", "secret:", "-AbC123"),
    "AWS::SQS::Queue": ("queue", "sqs", "QueueName", "", ""),
    "AWS::Lambda::Function": ("function", "lambda", "FunctionName", "function:", ""),
    "AWS::SNS::Topic": ("topic", "sns", "TopicName", "", ""),
    "AWS::Logs::LogGroup": ("log", "logs", "LogGroupName", "log-group:", ":log-stream:1"),
    "AWS::RDS::DBInstance": ("database", "rds", "DBInstanceIdentifier", "db:", ""),
    "AWS::ECS::Cluster": ("cluster", "ecs", "ClusterName", "cluster/", ""),
}
"""Kind → word, service, property that names it, and what stands before and after the name in an ARN."""
_OF_ANOTHER = {"sts": "iam", "ssm": "ec2"}
"""Services whose actions are about things of another."""


@dataclass(frozen=True, slots=True)
class Code:
    """
    Code that runs with a role.

    Args:
        name: Without the edition.
        role: Name of its role.
        statements: Of the policies on the role.
        trust: Statements that say who may take the role.
        context: What AWS says of a request that this code makes.
    """

    name: str
    role: str
    statements: tuple[Mapping[str, Any], ...]
    trust: tuple[Mapping[str, Any], ...]
    context: Mapping[str, str]

    def may(self, action: str, resource: str) -> bool:
        """Whether it may do that."""
        return allowed(self.statements, Request(action, resource, self.context))


def functions(templates: Templates) -> list[Code]:
    """The code of every Lambda function."""
    roles = {_arn(templates, role): role for role in templates.every("AWS::IAM::Role")}
    found = []
    for each in templates.every("AWS::Lambda::Function"):
        name, role = each.properties["FunctionName"], roles[each.properties["Role"]]
        own = templates.place.arn("lambda", f"function:{name}")
        found.append(_code(templates, _short(templates, name), role, {"lambda:SourceFunctionArn": own}))
    return found


def tasks(templates: Templates) -> list[Code]:
    """The code of every task: whatever role ECS may take for one."""
    return [
        _code(templates, _short(templates, role.properties["RoleName"]), role, {})
        for role in templates.every("AWS::IAM::Role")
        if TASKS in str(role.properties["AssumeRolePolicyDocument"])
    ]


def _code(templates: Templates, name: str, role: Found, context: Mapping[str, str]) -> Code:
    trust = role.properties["AssumeRolePolicyDocument"]["Statement"]
    return Code(name, role.properties["RoleName"], tuple(templates.statements(role)), tuple(trust), context)


def _arn(templates: Templates, role: Found) -> str:
    return templates.place.arn("iam", f"role/{role.properties['RoleName']}", region="")


def _short(templates: Templates, name: str) -> str:
    return name.replace(f"{templates.place.edition}-", "").removeprefix(f"{templates.place.edition}/")


def things(templates: Templates) -> dict[str, str]:
    """One of every kind of thing in the templates, by the name that `function.toml` has for it, with its ARN."""
    place, found = templates.place, {"texts:phones": "+15555550100", "everything": "*"}
    for bucket in templates.every("AWS::S3::Bucket"):
        name = str(bucket.properties["BucketName"])
        short = BUCKETS.get(_short(templates, name), _short(templates, name))
        found[short] = f"arn:aws:s3:::{name}"
        found |= {f"{short}:{prefix}/1": f"arn:aws:s3:::{name}/{prefix}/1" for prefix in PREFIXES}
    for kind, (word, service, key, before, after) in _NAMED.items():
        for each in templates.every(kind):
            name = str(each.properties[key])
            found[f"{word}:{_short(templates, name)}"] = place.arn(service, f"{before}{name}{after}")
    for alias in templates.every("AWS::KMS::Alias"):
        name = alias.properties["AliasName"].removeprefix("alias/")
        found[f"key:{_short(templates, name)}"] = place.arn("kms", f"key/{name}")
    for role in templates.every("AWS::IAM::Role"):
        found[f"role:{_short(templates, role.properties['RoleName'])}"] = _arn(templates, role)
    return found | {
        "secret:of-another": place.arn("secretsmanager", "secret:another/mariadb/password-AbC123"),
        "interface": place.arn("ec2", "network-interface/eni-1"),
        "instance": place.arn("ec2", "instance/i-1"),
        "mail:of-another": place.arn("ses", "identity/another.example"),
    }


# --- what it may not do ------------------------------------------------------------------------------------------


def escalating(templates: Templates) -> list[str]:
    """What leads further than the code's own work: `function: action on thing`."""
    known = things(templates)
    return [
        f"{code.name}: {action} on {thing}"
        for code in [*functions(templates), *tasks(templates)]
        for action in ESCALATING
        for thing, arn in _about(action, known)
        if code.may(action, arn) and (action, "*") not in OUTSIDE_FUNCTIONS.get(code.name, set())
    ]


def declared(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """What the functions of *folder* say that they need: (action, name of a thing), by function."""
    return {
        path.parent.name.replace("_", "-"): [
            (action, thing)
            for allow in loads(path.read_text(encoding="utf-8")).get("allow", [])
            for action in allow["actions"]
            for thing in allow["on"]
        ]
        for path in sorted(folder.glob("*/function.toml"))
    }


def _of_course(name: str) -> list[tuple[str, str]]:
    """What every function may do: write its own log, and put aside what failed."""
    return [
        ("logs:CreateLogStream", f"log:/aws/lambda/{name}"), ("logs:PutLogEvents", f"log:/aws/lambda/{name}"),
        ("sqs:SendMessage", f"queue:{name}-dead"), ("kms:Decrypt", "key:queues"), ("kms:GenerateDataKey", "key:queues"),
    ]  # fmt: skip


def beyond(templates: Templates, needs: Mapping[str, list[tuple[str, str]]]) -> list[str]:
    """What a function may do that it does not *need*, asked of every action that any of them has."""
    known, code = things(templates), functions(templates)
    actions = sorted({*DATA, *(action for each in code for action in _actions(each.statements))})
    return [
        f"{each.name}: {action} on {thing}"
        for each in code
        if each.name not in OUTSIDE_FUNCTIONS
        for action in actions
        for thing, arn in _about(action, known)
        if each.may(action, arn) and not _listed(action, thing, [*needs.get(each.name, []), *_of_course(each.name)])
    ]


def lacking(templates: Templates, needs: Mapping[str, list[tuple[str, str]]]) -> list[str]:
    """What a function *needs* and may not do: templates of something else, or a model that does not see."""
    known = things(templates)
    return [
        f"{each.name}: {action} on {wanted}"
        for each in functions(templates)
        for action, wanted in needs.get(each.name, [])
        for stands_for in [[arn for thing, arn in known.items() if like(wanted, thing)]]
        if stands_for and not any(each.may(action, arn) for arn in stands_for)
    ]


def _about(action: str, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The *known* things that an action of that service can be about: name and ARN."""
    service = action.partition(":")[0]
    services = {service, _OF_ANOTHER.get(service, service)}
    return ((name, arn) for name, arn in known.items() if not arn.startswith("arn:") or arn.split(":")[2] in services)


def _listed(action: str, thing: str, listed: Iterable[tuple[str, str]]) -> bool:
    return any(
        action == allowed_action and (like(on, thing) or (on == "texts:phones" and thing == "everything"))
        for allowed_action, on in listed
    )


def _actions(statements: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for statement in statements:
        listed = statement["Action"]
        yield from [listed] if isinstance(listed, str) else listed


def wild(templates: Templates) -> list[str]:
    """Allowed actions with a wildcard in them, or on everything though they could be narrowed."""
    found = []
    for code in [*functions(templates), *tasks(templates)]:
        for statement in code.statements:
            if statement["Effect"] != "Allow":
                continue
            on = statement["Resource"]
            everything = "*" in ([on] if isinstance(on, str) else on)
            found += [
                f"{code.name}: {action} on {on if everything else '…'}"
                for action in _actions([statement])
                if "*" in action or "?" in action or (everything and action not in NARROWEST)
            ]
    return found


def taken(templates: Templates) -> list[str]:
    """Who else may take the role of a function: any other service, another account, anybody."""
    account = templates.place.account
    others = (
        "*", "999999999999", "arn:aws:iam::999999999999:root", f"arn:aws:iam::{account}:role/anybody",
        TASKS, "ec2.amazonaws.com", "scheduler.amazonaws.com", "apigateway.amazonaws.com",
    )  # fmt: skip
    return [
        f"{code.name}: {who}"
        for code in functions(templates)
        for who in others
        if allowed(code.trust, Request("sts:AssumeRole", "*", {}, who))
    ]


def shared(templates: Templates) -> list[str]:
    """Roles that two functions have in common."""
    return [role for role, many in Counter(code.role for code in functions(templates)).items() if many > 1]
