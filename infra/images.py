"""Container images: one repository for each, tags that never change, scanned as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ecr as ecr
from constructs import Construct

if TYPE_CHECKING:
    from infra.environment import Environment
    from infra.keys import Keys

IMAGES = ("meridian", "proxy", "scanner")


class Images(Construct):
    """A repository `<edition>/<image>` for each of `IMAGES`."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, keys: Keys) -> None:
        super().__init__(scope, name)
        self.repositories = {
            image: ecr.Repository(
                self,
                image.capitalize(),
                repository_name=f"{environment.edition}/{image}",
                image_tag_mutability=ecr.TagMutability.IMMUTABLE,
                image_scan_on_push=True,
                encryption=ecr.RepositoryEncryption.KMS,
                encryption_key=keys["images"],
                removal_policy=RemovalPolicy.RETAIN,
            )
            for image in IMAGES
        }
