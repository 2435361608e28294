"""
What each role may do, and that it may do nothing else: `rights.txt`, which a person can read, is all of it.

The roles are asked by the model in `meridian.threats.iam` for every action that any of them has, and for those that
would hurt, on every kind of thing there is. What is allowed must be what the table says, line for line, in both
editions.
To write the table anew after a change was meant: `PYTHONPATH=src python -m infra.tests.test_rights`.
"""

import itertools
import sys
import tempfile
from pathlib import Path

import pytest

from infra.drawing import Drawing, Found
from infra.environment import EDITIONS
from infra.synthesis import synthesise
from meridian.threats.iam import Request, allowed

TABLE = Path(__file__).with_name("rights.txt")
WOULD_HURT = (
    "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutBucketPolicy", "s3:BypassGovernanceRetention", "s3:ListBucket",
    "s3:GetObject", "s3:PutObject", "s3:PutObjectAcl", "s3:PutAccountPublicAccessBlock", "s3:PutLifecycleConfiguration",
    "kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:DisableKey", "kms:Decrypt",
    "iam:PassRole", "iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:CreateAccessKey",
    "sts:AssumeRole", "lambda:InvokeFunction", "lambda:UpdateFunctionCode", "ec2:RunInstances",
    "ec2:AuthorizeSecurityGroupIngress", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
    "secretsmanager:DeleteSecret", "secretsmanager:ListSecrets", "sqs:SendMessage", "sqs:PurgeQueue", "sns:Publish",
    "ses:SendEmail", "rds:DeleteDBInstance", "rds:CreateDBSnapshot", "rds:ModifyDBInstance", "cloudtrail:StopLogging",
    "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "cognito-idp:AdminSetUserPassword", "cognito-idp:AdminGetUser",
    "backup:DeleteRecoveryPoint", "ecs:ExecuteCommand", "ssm:StartSession", "dynamodb:GetItem",
)  # fmt: skip


def things(drawing: Drawing) -> dict[str, str]:
    """One of every kind of thing, by a name that a person can read."""
    place, found = drawing.environment, {"phone": "+15555550100", "anything": "*"}
    for purpose in ("documents", "archive", "exports", "backups"):
        bucket = f"arn:aws:s3:::{place.bucket(purpose)}"
        found[purpose] = bucket
        for prefix in ("files", "audit", "drills", "database", "other"):
            found[f"{purpose}:{prefix}/"] = f"{bucket}/{prefix}/1"
    found["trail:"] = f"arn:aws:s3:::{place.edition}-trail/AWSLogs/1"
    for secret in drawing.every("AWS::SecretsManager::Secret"):
        name = secret.properties["Name"]
        found[f"secret:{name.removeprefix(place.edition + '/')}"] = place.arn("secretsmanager", f"secret:{name}-AbC123")
    found["secret:of-another"] = place.arn("secretsmanager", "secret:another/mariadb/password-AbC123")
    for queue in drawing.every("AWS::SQS::Queue"):
        name = queue.properties["QueueName"]
        found[f"queue:{name.removeprefix(place.edition + '-')}"] = place.arn("sqs", name)
    for alias in drawing.every("AWS::KMS::Alias"):
        name = alias.properties["AliasName"].removeprefix("alias/")
        found[f"key:{name.removeprefix(place.edition + '/')}"] = place.arn("kms", f"key/{name}")
    for function in drawing.every("AWS::Lambda::Function"):
        name = function.properties["FunctionName"]
        found[f"function:{name.removeprefix(place.edition + '-')}"] = place.arn("lambda", f"function:{name}")
    for group in drawing.every("AWS::Logs::LogGroup"):
        name = group.properties["LogGroupName"]
        found[f"log:{name.replace(place.edition, '…')}"] = place.arn("logs", f"log-group:{name}:log-stream:1")
    for repository in drawing.every("AWS::ECR::Repository"):
        name = repository.properties["RepositoryName"]
        found[f"image:{name.partition('/')[2]}"] = place.arn("ecr", f"repository/{name}")
    return found | {
        "alarms": place.arn("sns", f"{place.edition}-alarms"),
        "people": next(each for each in arns(drawing, "AWS::Cognito::UserPool")),
        "mail": place.arn("ses", f"identity/{place.mail_domain}"),
        "mail:of-another": place.arn("ses", "identity/another.example"),
        "database": place.arn("rds", f"db:{place.edition}"),
        "task:api": place.arn("ecs", f"task-definition/{place.edition}-api:1"),
        "task:backups": place.arn("ecs", f"task-definition/{place.edition}-backups:1"),
        "role:api": place.arn("iam", f"role/{place.edition}-api", region=""),
        "role:backups": place.arn("iam", f"role/{place.edition}-backups", region=""),
        "role:backups-start": place.arn("iam", f"role/{place.edition}-backups-start", region=""),
        "anchors": next(each for each in arns(drawing, "AWS::EFS::FileSystem")),
        "interface": place.arn("ec2", "network-interface/eni-1"),
        "role:deploy": place.arn("iam", f"role/{place.edition}-deploy", region=""),
        "role:cdk-deploy": cdk_role(drawing, "deploy"),
        "role:cdk-file-publishing": cdk_role(drawing, "file-publishing"),
        "role:cdk-lookup": cdk_role(drawing, "lookup"),
        "role:cdk-cfn-exec": cdk_role(drawing, "cfn-exec"),
    }


def arns(drawing: Drawing, kind: str) -> list[str]:
    return [str(drawing.resolve(each.stack, {"Fn::GetAtt": [each.logical, "Arn"]})) for each in drawing.every(kind)]


def cdk_role(drawing: Drawing, what: str) -> str:
    place = drawing.environment
    return place.arn("iam", f"role/cdk-hnb659fds-{what}-role-{place.account}-{place.region}", region="")


def cluster(drawing: Drawing) -> str:
    return drawing.environment.arn("ecs", f"cluster/{drawing.environment.edition}")


def roles(drawing: Drawing) -> dict[str, Found]:
    return {
        role.properties["RoleName"].removeprefix(f"{drawing.environment.edition}-"): role
        for role in drawing.every("AWS::IAM::Role")
    }


def actions(drawing: Drawing) -> set[str]:
    """Every action that any role has, and those that would hurt."""
    said = set(WOULD_HURT)
    for role in roles(drawing).values():
        for statement in drawing.statements(role):
            listed = statement["Action"]
            said |= {listed} if isinstance(listed, str) else set(listed)
    return said


def rights(drawing: Drawing) -> list[str]:
    """Lines of `role  action  thing, thing`: of a function, what its own code may do; of tasks, in our cluster."""
    found, asked = things(drawing), sorted(actions(drawing))
    lines = []
    for name, role in sorted(roles(drawing).items()):
        statements = drawing.statements(role)
        passed = {"iam:PassedToService": "ecs-tasks.amazonaws.com", "ecs:cluster": cluster(drawing)}
        own = {"lambda:SourceFunctionArn": found[f"function:{name}"]} if f"function:{name}" in found else {}
        for action in asked:
            context = passed | own
            may = sorted(thing for thing, arn in found.items() if allowed(statements, Request(action, arn, context)))
            if may:
                lines.append(f"{name:<28} {action:<44} {in_words(may, set(found))}")
    return lines


def in_words(may: list[str], found: set[str]) -> str:
    """The things, or `EVERYTHING` where that is most, with what is left out."""
    left_out = sorted(found - set(may))
    if len(left_out) > len(may):
        return ", ".join(may)
    return " but ".join(filter(None, ["EVERYTHING", ", ".join(left_out)]))


def table() -> list[str]:
    return [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def test_infra_01_each_role_may_do_what_the_table_says_and_nothing_else(drawing: Drawing) -> None:
    assert rights(drawing) == table()


WILD = {
    "ecr:GetAuthorizationToken": "cannot be narrowed; what may be fetched with it is",
    "s3:PutAccountPublicAccessBlock": "is about the account and has no ARN",
    "sns:Publish": "telephone numbers have no ARN; every topic is denied",
    "ssm:UpdateInstanceInformation": "Systems Manager's agent speaks for its own host only",
    "ssmmessages:CreateControlChannel": "likewise", "ssmmessages:CreateDataChannel": "likewise",
    "ssmmessages:OpenControlChannel": "likewise", "ssmmessages:OpenDataChannel": "likewise",
    "ec2:DescribeNetworkInterfaces": "cannot be narrowed; denied to the function's own code",
    "ec2:DescribeSecurityGroups": "likewise", "ec2:DescribeSubnets": "likewise", "ec2:DescribeVpcs": "likewise",
}  # fmt: skip
"""The only actions that a role of ours has on everything, and why."""


def test_infra_01_no_action_is_a_wildcard(drawing: Drawing) -> None:
    assert [action for action in actions(drawing) if "*" in action or "?" in action] == []


def test_infra_01_nothing_may_be_done_to_everything_but_what_is_listed(drawing: Drawing) -> None:
    wild = set()
    for role in roles(drawing).values():
        for statement in drawing.statements(role):
            listed = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            done = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            if statement["Effect"] == "Allow" and "*" in listed:
                wild |= set(done)

    assert wild == set(WILD)


def test_amazons_own_policies_hang_on_two_roles_that_only_services_take(drawing: Drawing) -> None:
    managed = {name for name, role in roles(drawing).items() if role.properties.get("ManagedPolicyArns")}

    assert managed == {"backup", "database-watcher"}


def test_lambda_may_place_a_function_in_the_network_and_the_functions_code_may_not(drawing: Drawing) -> None:
    interface, arn = things(drawing)["interface"], things(drawing)["function:reminders"]
    statements = drawing.statements(roles(drawing)["reminders"])

    for action in ("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"):
        assert allowed(statements, Request(action, interface))
        assert not allowed(statements, Request(action, interface, {"lambda:SourceFunctionArn": arn}))


def test_a_function_has_a_role_that_no_other_has(drawing: Drawing) -> None:
    used = [function.properties["Role"] for function in drawing.every("AWS::Lambda::Function")]

    assert len(set(used)) == len(used) == 10


def test_a_schedule_starts_the_task_of_backups_in_our_cluster_for_ecs_and_nothing_else(drawing: Drawing) -> None:
    found, statements = things(drawing), drawing.statements(roles(drawing)["backups-schedule"])

    def may(action: str, thing: str, **context: str) -> bool:
        known = {key.replace("_", ":"): value for key, value in context.items()}
        return allowed(statements, Request(action, found[thing], known))

    assert may("ecs:RunTask", "task:backups", ecs_cluster=cluster(drawing))
    assert not may("ecs:RunTask", "task:backups", ecs_cluster=drawing.environment.arn("ecs", "cluster/another"))
    assert not may("ecs:RunTask", "task:api", ecs_cluster=cluster(drawing))
    assert may("iam:PassRole", "role:backups", iam_PassedToService="ecs-tasks.amazonaws.com")
    assert not may("iam:PassRole", "role:backups", iam_PassedToService="lambda.amazonaws.com")
    assert not may("iam:PassRole", "role:api", iam_PassedToService="ecs-tasks.amazonaws.com")


# --- who may take a role ----------------------------------------------------------------------------------------


def takes(drawing: Drawing, role: str, who: str, action: str = "sts:AssumeRole", **context: str) -> bool:
    trust = roles(drawing)[role].properties["AssumeRolePolicyDocument"]["Statement"]
    known = {key.replace("__", ":").replace("_dot_", "."): value for key, value in context.items()}
    return allowed(trust, Request(action, "*", known, who))


TRUSTED = """
api                   ecs-tasks.amazonaws.com
worker                ecs-tasks.amazonaws.com
reminders             lambda.amazonaws.com
reminders             ecs-tasks.amazonaws.com     -
no-show-sweep-start   scheduler.amazonaws.com
no-show-sweep         scheduler.amazonaws.com     -
backups               ecs-tasks.amazonaws.com
backups               backup.amazonaws.com        -
backups-schedule      scheduler.amazonaws.com
backups               scheduler.amazonaws.com     -
relay-0               ec2.amazonaws.com
backup                backup.amazonaws.com
trail                 cloudtrail.amazonaws.com
api                   lambda.amazonaws.com        -
deploy                ec2.amazonaws.com           -
"""


@pytest.mark.parametrize("line", TRUSTED.strip().splitlines())
def test_services_take_their_own_roles_only(drawing: Drawing, line: str) -> None:
    role, service, *refused = line.split()
    account = drawing.environment.account
    trail = drawing.environment.arn("cloudtrail", f"trail/{drawing.environment.edition}")
    source = trail if role == "trail" else drawing.environment.arn("ecs", "task/1")

    took = takes(drawing, role, service, aws__SourceAccount=account, aws__SourceArn=source)
    assert took is not bool(refused)


@pytest.mark.parametrize(
    "role", ["api", "api-start", "no-show-sweep-start", "backups", "backups-schedule", "backup", "trail", "flows"]
)
def test_no_service_takes_a_role_for_another_account(drawing: Drawing, role: str) -> None:
    [service] = {
        statement["Principal"]["Service"]
        for statement in roles(drawing)[role].properties["AssumeRolePolicyDocument"]["Statement"]
    }
    another = "999999999999"

    assert not takes(
        drawing, role, service, aws__SourceAccount=another, aws__SourceArn=f"arn:aws:ecs:us-east-1:{another}:task/1"
    )


def deploys(drawing: Drawing, subject: str, audience: str = "sts.amazonaws.com") -> bool:
    trust = roles(drawing)["deploy"].properties["AssumeRolePolicyDocument"]["Statement"]
    [provider] = [statement["Principal"]["Federated"] for statement in trust]
    issuer = "token.actions.githubusercontent.com"
    context = {f"{issuer}:aud": audience, f"{issuer}:sub": subject}
    return allowed(trust, Request("sts:AssumeRoleWithWebIdentity", "*", context, provider))


def test_infra_03_the_approved_environment_of_the_one_repository_deploys(drawing: Drawing) -> None:
    assert deploys(drawing, f"repo:{drawing.environment.repository}:environment:production")


@pytest.mark.parametrize(
    "subject",
    [
        "repo:{repository}:pull_request", "repo:{repository}:ref:refs/heads/main",
        "repo:{repository}:environment:staging",
        "repo:{repository}:environment:production2", "repo:{repository}-fork:environment:production",
        "repo:stranger/{repository}:environment:production", "repo:{repository}:environment:*", "",
    ],
)  # fmt: skip
def test_infra_03_nothing_else_deploys(drawing: Drawing, subject: str) -> None:
    assert not deploys(drawing, subject.format(repository=drawing.environment.repository))


def test_infra_03_a_token_for_another_audience_does_not_deploy(drawing: Drawing) -> None:
    assert not deploys(drawing, f"repo:{drawing.environment.repository}:environment:production", "https://example.com")


# --- what things let in -----------------------------------------------------------------------------------------


def key_policy(drawing: Drawing, purpose: str) -> list[dict[str, object]]:
    [policy] = [
        key.properties["KeyPolicy"]["Statement"]
        for key in drawing.every("AWS::KMS::Key")
        if key.stack.endswith("-foundation")
        and drawing.resolve(key.stack, {"Fn::GetAtt": [key.logical, "Arn"]}).endswith(f"/{purpose}")
    ]
    return list(policy)


KEYS = """
documents  s3              kms:Decrypt
documents  -               kms:Decrypt               no
documents  secretsmanager  kms:Decrypt               no
secrets    secretsmanager  kms:Decrypt
secrets    s3              kms:Decrypt               no
master     -               kms:Decrypt
database   rds             kms:GenerateDataKey
database   ec2             kms:GenerateDataKey       no
queues     sqs             kms:GenerateDataKey
logs       -               kms:Decrypt               no
trail      s3              kms:Decrypt
documents  s3              kms:DisableKeyRotation    no
documents  s3              kms:CreateGrant           no
master     -               kms:CreateGrant           no
"""


@pytest.mark.parametrize("line", KEYS.strip().splitlines())
def test_a_key_serves_its_purpose_through_its_service_only(drawing: Drawing, line: str) -> None:
    purpose, service, action, *refused = line.split()
    account = drawing.environment.account
    context = {"kms:CallerAccount": account}
    if service != "-":
        context["kms:ViaService"] = f"{service}.{drawing.environment.region}.amazonaws.com"
    ours = f"arn:aws:iam::{account}:role/anybody"

    assert allowed(key_policy(drawing, purpose), Request(action, "*", context, ours)) is not bool(refused)


def test_no_key_serves_another_account(drawing: Drawing) -> None:
    for alias in drawing.every("AWS::KMS::Alias"):
        if alias.stack.endswith("-foundation"):
            purpose = alias.properties["AliasName"].rpartition("/")[2]
            context = {"kms:CallerAccount": "999999999999", "kms:ViaService": "s3.us-east-1.amazonaws.com"}
            theirs = Request("kms:Decrypt", "*", context, "arn:aws:iam::999999999999:role/anybody")
            assert not allowed(key_policy(drawing, purpose), theirs)


@pytest.mark.parametrize("purpose", ["documents", "archive", "exports", "backups"])
def test_data_01_a_bucket_refuses_strangers_and_whoever_comes_without_tls(drawing: Drawing, purpose: str) -> None:
    bucket = drawing.environment.bucket(purpose)
    [policy] = [
        each.properties["PolicyDocument"]["Statement"]
        for each in drawing.every("AWS::S3::BucketPolicy")
        if each.properties["Bucket"] == bucket
    ]
    granted = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}  # were somebody to grant all

    def reads(**context: str) -> bool:
        known = {key.replace("_", ":"): value for key, value in context.items()}
        return allowed([*policy, granted], Request("s3:GetObject", f"arn:aws:s3:::{bucket}/files/1", known))

    account = drawing.environment.account
    assert reads(aws_SecureTransport="true", aws_PrincipalAccount=account)
    assert not reads(aws_SecureTransport="false", aws_PrincipalAccount=account)
    assert not reads(aws_SecureTransport="true", aws_PrincipalAccount="999999999999")
    assert not reads(aws_SecureTransport="true")


HEAD = """# What each role may do, and on what. Everything that is not here is refused.
# `log:` is a stream of a group, `documents:files/` an object below a bucket's prefix, `anything` the resource `*`.
# Of a function it is what its own code may do.
"""


def main() -> int:
    """Write the table anew, from both editions if they agree."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = synthesise(Path(folder))
        both = [rights(drawn[edition][0]) for edition in EDITIONS]
    if any(first != second for first, second in itertools.pairwise(both)):
        return 1
    TABLE.write_text(HEAD + "\n".join(both[0]) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
