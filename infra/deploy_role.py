"""
What may deploy: the one GitHub environment of the one repository, for an hour, and by CDK's own roles only (INFRA-03).

`aud` and `sub` are compared whole. A pull request, another branch's environment or a fork has another `sub`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.grants import role

if TYPE_CHECKING:
    from infra.environment import Environment
    from infra.images import Images

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
BOOTSTRAPPED = "hnb659fds"
"""CDK's own qualifier of what `cdk bootstrap` made."""


class DeployRole(Construct):
    """The identity provider, and the role `<edition>-deploy`."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, images: Images) -> None:
        super().__init__(scope, name)
        provider = iam.CfnOIDCProvider(self, "GitHub", url=f"https://{ISSUER}", client_id_list=[AUDIENCE])
        subject = f"repo:{environment.repository}:environment:{environment.github_environment}"
        who = iam.FederatedPrincipal(
            provider.attr_arn,
            {"StringEquals": {f"{ISSUER}:aud": AUDIENCE, f"{ISSUER}:sub": subject}},
            "sts:AssumeRoleWithWebIdentity",
        )
        role(self, "Role", called=f"{environment.edition}-deploy", trusts=who, statements=_may(environment, images))


def _may(environment: Environment, images: Images) -> list[iam.PolicyStatement]:
    regions = (environment.region, environment.recovery_region)
    cdk = [
        environment.arn("iam", f"role/cdk-{BOOTSTRAPPED}-{what}-role-{environment.account}-{region}", region="")
        for region in regions
        for what in ("deploy", "file-publishing", "lookup")
    ]
    return [
        iam.PolicyStatement(actions=["sts:AssumeRole"], resources=cdk),
        iam.PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]),
        iam.PolicyStatement(
            actions=[
                "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload",
                "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
            ],
            resources=[repository.repository_arn for repository in images.repositories.values()],
        ),
    ]  # fmt: skip
