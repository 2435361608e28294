"""
What stands before the load balancer: Amazon's managed rules, and limits for each address.

2,000 requests in five minutes for each address (API-02), 100 for whatever signs somebody in (AUTH-02), and 20 searches
for patients a minute for each session at an address: a clinic's people share one address, and each has the limit that
the threat models give a person. Whoever invents sessions to get past it is signed in with none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra.logs import OPERATION, log_group

if TYPE_CHECKING:
    from infra.environment import Environment
    from infra.keys import Keys

MANAGED = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesCommonRuleSet": ("CrossSiteScripting_BODY", "SizeRestrictions_BODY"),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesSQLiRuleSet": (),
    "AWSManagedRulesLinuxRuleSet": (),
}
"""
Each group, with its rules that only count.

The narrative of a FHIR resource is HTML, and a transaction or a document is larger than 8 kB: these two would refuse
clinical records. Meridian bounds and sanitises both itself.
"""
PER_ADDRESS = 2000
FIVE_MINUTES = 300
SIGN_INS = 100
SIGN_IN_PATHS = (
    "/api/session", "/api/session/totp", "/api/session/recovery-code", "/api/session/passkey", "/api/recovery",
    "/api/recovery/confirm", "/oauth2/token",
)  # fmt: skip
SEARCHES = 20
SEARCH_PATH = "/api/patients/search"
SESSION_COOKIE = "__Host-meridian"
ACL = waf.CfnWebACL


class Waf(Construct):
    """The web ACL and its log, from which queries, cookies and tokens are struck out."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, keys: Keys) -> None:
        super().__init__(scope, name)
        edition = environment.edition
        rules = [_address(), _sign_in(), _search(), *_managed()]
        self.acl = waf.CfnWebACL(
            self,
            "Acl",
            name=edition,
            scope="REGIONAL",
            default_action=ACL.DefaultActionProperty(allow={}),
            visibility_config=_seen(edition),
            rules=[_numbered(rule, number) for number, rule in enumerate(rules)],
        )
        group = log_group(self, "Log", called=f"aws-waf-logs-{edition}", key=keys["logs"], kept=OPERATION)
        self._write_down(group)

    def protect(self, name: str, arn: str) -> None:
        """Stand before what has this *arn*."""
        waf.CfnWebACLAssociation(self, name, resource_arn=arn, web_acl_arn=self.acl.attr_arn)

    def _write_down(self, group: logs.LogGroup) -> None:
        struck = waf.CfnLoggingConfiguration.FieldToMatchProperty
        secret = [struck(single_header={"Name": header}) for header in ("authorization", "cookie", "x-csrf-token")]
        waf.CfnLoggingConfiguration(
            self, "Logging", resource_arn=self.acl.attr_arn, log_destination_configs=[group.log_group_arn],
            redacted_fields=[struck(query_string={}), struck(uri_path={}), *secret],
        )  # fmt: skip


def _numbered(rule: dict[str, object], number: int) -> waf.CfnWebACL.RuleProperty:
    return ACL.RuleProperty(priority=number, **rule)  # type: ignore[arg-type]  # keywords of the three below


def _seen(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return ACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )


def _limited(name: str, rate: waf.CfnWebACL.RateBasedStatementProperty) -> dict[str, object]:
    answer = ACL.CustomResponseProperty(
        response_code=429, response_headers=[ACL.CustomHTTPHeaderProperty(name="Retry-After", value="300")]
    )
    return {
        "name": name,
        "statement": ACL.StatementProperty(rate_based_statement=rate),
        "action": ACL.RuleActionProperty(block=ACL.BlockActionProperty(custom_response=answer)),
        "visibility_config": _seen(name),
    }


def _address() -> dict[str, object]:
    rate = ACL.RateBasedStatementProperty(
        limit=PER_ADDRESS, evaluation_window_sec=FIVE_MINUTES, aggregate_key_type="IP"
    )
    return _limited("address", rate)


def _sign_in() -> dict[str, object]:
    one_of = ACL.OrStatementProperty(statements=[_path(path, "EXACTLY") for path in SIGN_IN_PATHS])
    posted = ACL.AndStatementProperty(statements=[_post(), ACL.StatementProperty(or_statement=one_of)])
    rate = ACL.RateBasedStatementProperty(
        limit=SIGN_INS, evaluation_window_sec=FIVE_MINUTES, aggregate_key_type="IP",
        scope_down_statement=ACL.StatementProperty(and_statement=posted),
    )  # fmt: skip
    return _limited("sign-in", rate)


def _search() -> dict[str, object]:
    as_it_is = [ACL.TextTransformationProperty(priority=0, type="NONE")]
    session = ACL.RateLimitCookieProperty(name=SESSION_COOKIE, text_transformations=as_it_is)
    rate = ACL.RateBasedStatementProperty(
        limit=SEARCHES, evaluation_window_sec=60, aggregate_key_type="CUSTOM_KEYS",
        custom_keys=[
            ACL.RateBasedStatementCustomKeyProperty(ip={}),
            ACL.RateBasedStatementCustomKeyProperty(cookie=session),
        ],
        scope_down_statement=_path(SEARCH_PATH, "EXACTLY"),
    )  # fmt: skip
    return _limited("patient-search", rate)


def _post() -> waf.CfnWebACL.StatementProperty:
    as_it_is = [ACL.TextTransformationProperty(priority=0, type="NONE")]
    return ACL.StatementProperty(
        byte_match_statement=ACL.ByteMatchStatementProperty(
            field_to_match=ACL.FieldToMatchProperty(method={}),
            positional_constraint="EXACTLY",
            search_string="POST",
            text_transformations=as_it_is,
        )
    )


def _path(path: str, how: str) -> waf.CfnWebACL.StatementProperty:
    """Requests to that *path*, however it is written."""
    plain = [
        ACL.TextTransformationProperty(priority=number, type=kind)
        for number, kind in enumerate(("URL_DECODE", "NORMALIZE_PATH", "LOWERCASE"))
    ]
    return ACL.StatementProperty(
        byte_match_statement=ACL.ByteMatchStatementProperty(
            field_to_match=ACL.FieldToMatchProperty(uri_path={}),
            positional_constraint=how,
            search_string=path,
            text_transformations=plain,
        )
    )


def _managed() -> list[dict[str, object]]:
    return [
        {
            "name": group,
            "statement": ACL.StatementProperty(
                managed_rule_group_statement=ACL.ManagedRuleGroupStatementProperty(
                    vendor_name="AWS",
                    name=group,
                    rule_action_overrides=None
                    if not counted
                    else [
                        ACL.RuleActionOverrideProperty(name=rule, action_to_use=ACL.RuleActionProperty(count={}))
                        for rule in counted
                    ],
                )
            ),
            "override_action": ACL.OverrideActionProperty(none={}),
            "visibility_config": _seen(group),
        }
        for group, counted in MANAGED.items()
    ]
