"""Every control of the threat models that is drawn here, by the threat's name."""

import json
import tomllib
from typing import Any

import pytest

from infra import ROOT
from infra.alarms import WATCHED
from infra.drawing import Drawing, Found
from infra.walls import FLOWS, GROUPS, OUTSIDE
from infra.words import BACKED_UP, pattern

SIX_YEARS = 2192
BUCKETS = {"documents", "archive", "exports", "backups", "access-logs", "trail"}


def buckets(drawing: Drawing) -> dict[str, dict[str, Any]]:
    return {each.properties["BucketName"]: each.properties for each in drawing.every("AWS::S3::Bucket")}


def bucket(drawing: Drawing, purpose: str) -> dict[str, Any]:
    return buckets(drawing)[drawing.environment.bucket(purpose)]


def statements(drawing: Drawing, name: str) -> dict[str, dict[str, Any]]:
    [policy] = [
        each.properties["PolicyDocument"]
        for each in drawing.every("AWS::S3::BucketPolicy")
        if each.properties["Bucket"] == name
    ]
    return {each.get("Sid", ""): each for each in policy["Statement"]}


def containers(drawing: Drawing) -> list[dict[str, Any]]:
    return [
        container
        for task in drawing.every("AWS::ECS::TaskDefinition")
        for container in task.properties["ContainerDefinitions"]
    ]


def rules(drawing: Drawing) -> dict[str, dict[str, Any]]:
    return {rule["Name"]: rule for rule in drawing.only("AWS::WAFv2::WebACL")["Rules"]}


# --- Spoofing ---------------------------------------------------------------------------------------------------


def test_auth_01_a_token_with_an_unexpected_algorithm_is_an_alarm(drawing: Drawing) -> None:
    [alarm] = [
        each for each in drawing.every("AWS::CloudWatch::Alarm") if "AUTH-01" in each.properties["AlarmDescription"]
    ]

    assert alarm.properties["Threshold"] == 0
    assert alarm.properties["AlarmActions"]


def test_auth_01_signing_keys_change_every_quarter(drawing: Drawing) -> None:
    schedules = {each.properties["Name"]: each.properties for each in drawing.every("AWS::Scheduler::Schedule")}

    name = f"{drawing.environment.edition}-signing-key-rotation"
    assert schedules[name]["ScheduleExpression"] == "cron(0 3 1 1,4,7,10 ? *)"


def test_auth_02_no_answer_of_the_pool_tells_who_exists(drawing: Drawing) -> None:
    client = drawing.only("AWS::Cognito::UserPoolClient")

    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True
    assert client["ExplicitAuthFlows"] == ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


def test_auth_02_sign_in_is_limited_for_each_address(drawing: Drawing) -> None:
    limit = rules(drawing)["sign-in"]["Statement"]["RateBasedStatement"]

    assert (limit["Limit"], limit["EvaluationWindowSec"], limit["AggregateKeyType"]) == (100, 300, "IP")


def test_auth_03_tokens_live_for_an_hour_at_most(drawing: Drawing) -> None:
    client = drawing.only("AWS::Cognito::UserPoolClient")

    assert client["AccessTokenValidity"] <= 60
    assert client["IdTokenValidity"] <= 60
    assert client["TokenValidityUnits"] == {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"}


def test_nobody_signs_in_without_an_authenticator(drawing: Drawing) -> None:
    pool = drawing.only("AWS::Cognito::UserPool")

    assert pool["MfaConfiguration"] == "ON"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pool["DeletionProtection"] == "ACTIVE"


def test_passwords_are_long_and_not_used_again(drawing: Drawing) -> None:
    policy = drawing.only("AWS::Cognito::UserPool")["Policies"]["PasswordPolicy"]

    assert policy["MinimumLength"] >= 14
    assert all(policy[f"Require{what}"] for what in ("Lowercase", "Uppercase", "Numbers", "Symbols"))
    assert policy["PasswordHistorySize"] >= 12
    assert policy["TemporaryPasswordValidityDays"] <= 3


def test_threat_protection_refuses_and_does_not_only_watch(drawing: Drawing) -> None:
    pool, risk = (
        drawing.only("AWS::Cognito::UserPool"),
        drawing.only("AWS::Cognito::UserPoolRiskConfigurationAttachment"),
    )

    assert pool["UserPoolTier"] == "PLUS"
    assert pool["UserPoolAddOns"]["AdvancedSecurityMode"] == "ENFORCED"
    assert risk["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["EventAction"] == "BLOCK"
    assert risk["CompromisedCredentialsRiskConfiguration"]["Actions"]["EventAction"] == "BLOCK"


def test_api_03_partners_keys_change_by_themselves(drawing: Drawing) -> None:
    rotated = {
        each.properties["SecretId"]: each.properties for each in drawing.every("AWS::SecretsManager::RotationSchedule")
    }
    prefix = drawing.environment.edition

    for secret in ("medtrack/apikey", "medtrack/signing", "scriptguard/apikey", "scriptguard/signing"):
        assert rotated[f"{prefix}/{secret}"]["RotationRules"]["AutomaticallyAfterDays"] <= 90


def test_api_03_the_only_way_out_leads_to_the_partner(drawing: Drawing) -> None:
    inside = {
        each.properties["RouteTableId"]
        for each in drawing.every("AWS::EC2::SubnetRouteTableAssociation")
        if "public" not in each.properties["SubnetId"]
    }
    ways = [
        each.properties.get("DestinationCidrBlock")
        for each in drawing.every("AWS::EC2::Route")
        if each.properties["RouteTableId"] in inside
    ]

    assert set(ways) == set(drawing.environment.partner_networks)
    assert len(ways) == len(drawing.environment.zones) * len(drawing.environment.partner_networks)


# --- Disclosure: buckets ----------------------------------------------------------------------------------------


def test_there_is_each_bucket_by_its_name(drawing: Drawing) -> None:
    edition = drawing.environment.edition

    assert set(buckets(drawing)) == {
        f"{edition}-{name}" for name in ("patient-docs", "audit-archive", "exports", "backups", "access-logs", "trail")
    }


def test_data_01_no_bucket_can_be_made_public(drawing: Drawing) -> None:
    for properties in buckets(drawing).values():
        assert properties["PublicAccessBlockConfiguration"] == {
            "BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True,
        }  # fmt: skip
        assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_data_01_nor_can_any_other_of_the_account(drawing: Drawing) -> None:
    assert drawing.only("Custom::AccountPublicAccessBlock")["Account"] == drawing.environment.account


def test_data_01_the_two_denials_are_those_of_the_threat_models(drawing: Drawing) -> None:
    for name in buckets(drawing):
        said = statements(drawing, name)

        assert said["DenyInsecureTransport"] == {
            "Sid": "DenyInsecureTransport", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }  # fmt: skip
        assert said["DenyPublicAccess"] == {
            "Sid": "DenyPublicAccess", "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{name}/*",
            "Condition": {"StringNotEquals": {"aws:PrincipalAccount": drawing.environment.account}},
        }  # fmt: skip


def test_data_01_records_are_sealed_with_a_key_of_their_own(drawing: Drawing) -> None:
    for purpose in ("documents", "archive", "exports", "backups"):
        [rule] = bucket(drawing, purpose)["BucketEncryption"]["ServerSideEncryptionConfiguration"]

        sealed = rule["ServerSideEncryptionByDefault"]
        assert sealed["SSEAlgorithm"] == "aws:kms"
        assert sealed["KMSMasterKeyID"].endswith(f"key/{drawing.environment.edition}/{purpose}")


def test_data_01_what_was_overwritten_is_kept_and_every_access_written_down(drawing: Drawing) -> None:
    for name, properties in buckets(drawing).items():
        assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
        if not name.endswith("-access-logs"):
            assert properties["LoggingConfiguration"]["DestinationBucketName"].endswith("-access-logs")


def test_the_audit_archive_cannot_be_changed_for_six_years_by_anybody(drawing: Drawing) -> None:
    for name in (drawing.environment.bucket("archive"), f"{drawing.environment.edition}-trail"):
        lock = buckets(drawing)[name]

        assert lock["ObjectLockEnabled"] is True
        assert lock["ObjectLockConfiguration"]["Rule"]["DefaultRetention"] == {"Mode": "COMPLIANCE", "Days": SIX_YEARS}


def test_data_01_whoever_opens_a_bucket_is_an_alarm() -> None:
    assert "PutBucketPolicy" in WATCHED["BucketOpened"].pattern
    assert "DeleteAccountPublicAccessBlock" in WATCHED["BucketOpened"].pattern


# --- Disclosure: secrets ----------------------------------------------------------------------------------------


def test_data_02_no_container_is_given_a_secret(drawing: Drawing) -> None:
    for container in containers(drawing):
        assert "Secrets" not in container
        assert {each["Name"] for each in container.get("Environment", [])} <= {"SETTINGS", "DOORS"}


def test_data_02_no_function_is_given_a_secret(drawing: Drawing) -> None:
    for function in drawing.every("AWS::Lambda::Function"):
        assert set(function.properties.get("Environment", {}).get("Variables", {})) <= {"MERIDIAN_SETTINGS"}


def test_data_02_settings_name_secrets_and_hold_none(drawing: Drawing) -> None:
    texts = [
        variable["Value"]
        for container in containers(drawing)
        for variable in container.get("Environment", [])
        if variable["Name"] == "SETTINGS"
    ]

    assert len(texts) == 4
    for text in texts:
        assert "{{resolve" not in text
        said = tomllib.loads(text)
        assert said.get("redis", {}).get("password", "redis/password") == "redis/password"  # the name of one
        assert "password" not in said["mariadb"]


def test_data_02_no_template_holds_a_secret(drawing: Drawing) -> None:
    for secret in drawing.every("AWS::SecretsManager::Secret"):
        assert "SecretString" not in secret.properties
        assert secret.properties["KmsKeyId"].endswith("/secrets")
    assert drawing.only("AWS::RDS::DBInstance")["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in drawing.only("AWS::RDS::DBInstance")
    assert drawing.only("AWS::ElastiCache::ReplicationGroup")["AuthToken"].startswith("{{resolve:secretsmanager:")


def test_data_02_the_databases_password_changes_by_itself(drawing: Drawing) -> None:
    edition = drawing.environment.edition
    [rotation] = [
        each.properties
        for each in drawing.every("AWS::SecretsManager::RotationSchedule")
        if each.properties["SecretId"] == f"{edition}/mariadb/password"
    ]

    assert rotation["RotationRules"]["AutomaticallyAfterDays"] <= 30
    assert rotation["RotationLambdaARN"].endswith(f"function:{edition}-secret-rotation")


def test_data_02_only_this_accounts_secrets_manager_may_start_a_rotation(drawing: Drawing) -> None:
    for permission in drawing.every("AWS::Lambda::Permission"):
        assert permission.properties["Principal"] == "secretsmanager.amazonaws.com"
        assert permission.properties["SourceAccount"] == drawing.environment.account


# --- Disclosure and tampering: database, cache, keys ------------------------------------------------------------


def test_data_03_the_database_speaks_tls_only_and_is_sealed(drawing: Drawing) -> None:
    server = drawing.only("AWS::RDS::DBInstance")

    assert drawing.only("AWS::RDS::DBParameterGroup")["Parameters"]["require_secure_transport"] == "1"
    assert drawing.only("AWS::RDS::DBParameterGroup")["Parameters"]["tls_version"] == "TLSv1.2,TLSv1.3"
    assert server["StorageEncrypted"] is True
    assert server["KmsKeyId"].endswith("/database")
    assert server["PubliclyAccessible"] is False
    assert server["EnableIAMDatabaseAuthentication"] is True


def test_data_03_who_comes_to_the_database_is_written_down(drawing: Drawing) -> None:
    [plugin] = drawing.only("AWS::RDS::OptionGroup")["OptionConfigurations"]
    settings = {each["Name"]: each["Value"] for each in plugin["OptionSettings"]}

    assert plugin["OptionName"] == "MARIADB_AUDIT_PLUGIN"
    assert settings["SERVER_AUDIT_EVENTS"] == "CONNECT,QUERY_DDL,QUERY_DCL"
    assert "audit" in drawing.only("AWS::RDS::DBInstance")["EnableCloudwatchLogsExports"]


def test_the_database_outlives_a_zone_a_mistake_and_a_stack(drawing: Drawing) -> None:
    server = drawing.only("AWS::RDS::DBInstance")

    assert server["MultiAZ"] is True
    assert server["BackupRetentionPeriod"] == 35  # any second of five weeks
    assert server["DeletionProtection"] is True
    [found] = drawing.every("AWS::RDS::DBInstance")
    assert found.raw["DeletionPolicy"] == "Snapshot"


def test_the_cache_speaks_tls_only_asks_for_a_password_and_is_sealed(drawing: Drawing) -> None:
    nodes = drawing.only("AWS::ElastiCache::ReplicationGroup")

    assert (nodes["TransitEncryptionEnabled"], nodes["TransitEncryptionMode"]) == (True, "required")
    assert nodes["AtRestEncryptionEnabled"] is True
    assert nodes["KmsKeyId"]
    assert nodes["AuthToken"]
    assert nodes["AutomaticFailoverEnabled"] is True


def test_every_key_is_renewed_each_year(drawing: Drawing) -> None:
    keys = list(drawing.every("AWS::KMS::Key"))

    assert len(keys) == 17  # one of them in the other region
    for key in keys:
        assert key.properties["EnableKeyRotation"] is True
        assert key.properties["RotationPeriodInDays"] == 365
        assert key.raw["DeletionPolicy"] == "Retain"


# --- Denial of service ------------------------------------------------------------------------------------------


def test_api_02_two_thousand_requests_in_five_minutes_for_each_address(drawing: Drawing) -> None:
    limit = rules(drawing)["address"]

    assert limit["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 300,
        "Limit": 2000,
    }
    assert limit["Action"]["Block"]["CustomResponse"]["ResponseCode"] == 429


def test_api_02_searches_for_patients_are_limited_to_twenty_a_minute(drawing: Drawing) -> None:
    limit = rules(drawing)["patient-search"]["Statement"]["RateBasedStatement"]

    assert (limit["Limit"], limit["EvaluationWindowSec"]) == (20, 60)
    assert limit["ScopeDownStatement"]["ByteMatchStatement"]["SearchString"] == "/api/patients/search"


def test_api_02_limits_stand_before_amazons_own_rules_and_each_refuses(drawing: Drawing) -> None:
    ordered = sorted(rules(drawing).values(), key=lambda rule: rule["Priority"])

    assert [rule["Name"] for rule in ordered][:3] == ["address", "sign-in", "patient-search"]
    managed = [rule for rule in ordered if "ManagedRuleGroupStatement" in rule["Statement"]]
    assert len(managed) == 5
    assert all(rule["OverrideAction"] == {"None": {}} for rule in managed)


def test_data_03_amazons_rules_against_injection_are_on(drawing: Drawing) -> None:
    assert {
        "AWSManagedRulesSQLiRuleSet",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    } <= set(rules(drawing))
    assert (
        "RuleActionOverrides"
        not in rules(drawing)["AWSManagedRulesSQLiRuleSet"]["Statement"]["ManagedRuleGroupStatement"]
    )


def test_the_rules_stand_before_the_balancer_and_write_down_no_patient(drawing: Drawing) -> None:
    assert drawing.only("AWS::WAFv2::WebACLAssociation")["ResourceArn"]
    struck = drawing.only("AWS::WAFv2::LoggingConfiguration")["RedactedFields"]
    assert {"QueryString": {}} in struck
    assert {"UriPath": {}} in struck
    assert {"SingleHeader": {"Name": "cookie"}} in struck


# --- Transmission -----------------------------------------------------------------------------------------------


def test_the_balancer_speaks_tls_1_2_and_newer(drawing: Drawing) -> None:
    listeners = [each.properties for each in drawing.every("AWS::ElasticLoadBalancingV2::Listener")]
    by_tls = [each for each in listeners if each["Protocol"] in {"HTTPS", "TLS"}]

    assert len(by_tls) == 3
    assert {each["SslPolicy"] for each in by_tls} == {"ELBSecurityPolicy-TLS13-1-2-Res-2021-06"}
    [plain] = [each for each in listeners if each["Protocol"] == "HTTP"]
    assert plain["DefaultActions"][0]["RedirectConfig"]["Protocol"] == "HTTPS"


def test_the_balancer_speaks_tls_to_what_stands_behind_it(drawing: Drawing) -> None:
    groups = [each.properties for each in drawing.every("AWS::ElasticLoadBalancingV2::TargetGroup")]

    assert {each["Protocol"] for each in groups if each["Port"] != 3478} == {"HTTPS", "TLS"}


def test_balancers_write_down_every_access_and_cannot_be_deleted(drawing: Drawing) -> None:
    for balancer in drawing.every("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        said = {each["Key"]: each["Value"] for each in balancer.properties["LoadBalancerAttributes"]}
        assert said["deletion_protection.enabled"] == "true"
        assert said["access_logs.s3.enabled"] == "true"
        if balancer.properties["Type"] == "application":
            assert said["routing.http.drop_invalid_header_fields.enabled"] == "true"
            assert said["routing.http.desync_mitigation_mode"] == "strictest"


def test_infra_02_nobody_outside_reaches_figures_or_the_gateways_rooms(drawing: Drawing) -> None:
    [hidden] = [
        each.properties
        for each in drawing.every("AWS::ElasticLoadBalancingV2::ListenerRule")
        if each.properties["Priority"] == 1
    ]

    assert hidden["Actions"][0]["FixedResponseConfig"]["StatusCode"] == "404"
    assert {"/metrics", "/metrics/*", "/janus", "/janus/*"} <= set(
        hidden["Conditions"][0]["PathPatternConfig"]["Values"]
    )


# --- Hosts and services -----------------------------------------------------------------------------------------


def test_hosts_answer_version_two_of_the_metadata_service_only(drawing: Drawing) -> None:
    hosts = list(drawing.every("AWS::EC2::Instance"))
    templates = [
        each.properties["LaunchTemplateData"]["MetadataOptions"] for each in drawing.every("AWS::EC2::LaunchTemplate")
    ]

    assert len(hosts) == 4
    for host in hosts:
        options = host.properties.get("MetadataOptions") or templates[0]
        assert (options["HttpTokens"], options["HttpPutResponseHopLimit"]) == ("required", 1)
        assert all(disk["Ebs"]["Encrypted"] for disk in host.properties["BlockDeviceMappings"])
        assert "KeyName" not in host.properties
        [interface] = host.properties["NetworkInterfaces"]
        assert interface["SubnetId"].startswith("NetworkVpc")
        assert interface["AssociatePublicIpAddress"] is False


def test_rtc_01_relays_read_the_shared_secret_and_no_other(drawing: Drawing) -> None:
    [relay, *_] = [role for role in drawing.every("AWS::IAM::Role") if role.properties["RoleName"].endswith("-relay-0")]

    secrets = [
        each["Resource"] for each in drawing.statements(relay) if each["Action"] == "secretsmanager:GetSecretValue"
    ]
    assert secrets == [
        drawing.environment.arn("secretsmanager", f"secret:{drawing.environment.edition}/turn/secret-??????")
    ]


def test_a_task_cannot_write_to_its_own_image_and_is_nobody(drawing: Drawing) -> None:
    for container in containers(drawing):
        assert container["ReadonlyRootFilesystem"] is True
        assert container["Privileged"] is False
        assert container["User"] == "861:861"
        assert container["LinuxParameters"]["Capabilities"]["Drop"] == ["ALL"]


def test_images_are_named_by_what_is_in_them(drawing: Drawing) -> None:
    template = drawing.templates[f"{drawing.environment.edition}-services"]

    for container in containers(drawing):
        assert "@" in container["Image"]
    for image in ("Meridian", "Proxy", "Scanner"):
        assert template["Parameters"][f"{image}Digest"]["AllowedPattern"] == "^sha256:[0-9a-f]{64}$"
    for repository in drawing.every("AWS::ECR::Repository"):
        assert repository.properties["ImageTagMutability"] == "IMMUTABLE"
        assert repository.properties["ImageScanningConfiguration"] == {"ScanOnPush": True}


def test_a_release_that_does_not_come_up_is_taken_back(drawing: Drawing) -> None:
    services = [each.properties for each in drawing.every("AWS::ECS::Service")]

    assert {each["ServiceName"] for each in services} == {"api", "realtime", "worker", "scanner"}
    for service in services:
        assert service["DeploymentConfiguration"]["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
        assert service["DeploymentConfiguration"]["MinimumHealthyPercent"] == 100
        assert service["EnableExecuteCommand"] is False
        assert service["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"] == "DISABLED"


def test_services_grow_when_they_are_busy(drawing: Drawing) -> None:
    targets = [each.properties for each in drawing.every("AWS::ApplicationAutoScaling::ScalableTarget")]

    assert len(targets) == 4
    assert all(each["MaxCapacity"] == drawing.environment.sizes.most_tasks for each in targets)


# --- Walls ------------------------------------------------------------------------------------------------------


def group_rules(drawing: Drawing) -> list[tuple[str, str, str, int, int, str]]:
    """(group, direction, peer, first port, last port, protocol) of every rule of every group."""
    names = {each.logical: each.properties["GroupName"] for each in drawing.every("AWS::EC2::SecurityGroup")}

    def row(group: str, direction: str, rule: dict[str, Any]) -> tuple[str, str, str, int, int, str]:
        keys = ("CidrIp", "DestinationPrefixListId", "SourceSecurityGroupId", "DestinationSecurityGroupId")
        [peer] = [rule[key] for key in keys if key in rule]
        ports = rule.get("FromPort", 0), rule.get("ToPort", 65535)
        return group, direction, names.get(peer, peer), *ports, rule["IpProtocol"]

    inside = [
        row(each.properties["GroupName"], direction, rule)
        for each in drawing.every("AWS::EC2::SecurityGroup")
        for direction in ("Ingress", "Egress")
        for rule in each.properties.get(f"SecurityGroup{direction}", [])
    ]
    beside = [
        row(names[each.properties["GroupId"]], direction, each.properties)
        for direction in ("Ingress", "Egress")
        for each in drawing.every(f"AWS::EC2::SecurityGroup{direction}")
    ]
    return inside + beside


NOTHING = "255.255.255.255/32"
"""What CDK writes for a group that lets nothing out."""


def test_the_walls_are_the_table_and_nothing_else(drawing: Drawing) -> None:
    own = drawing.environment.edition
    peers = {
        "internet": ["0.0.0.0/0"], "partner": list(drawing.environment.partner_networks),
        "objects": [drawing.environment.s3_prefix_list],
        "monitoring-subnets": [
            each.properties["CidrBlock"] for each in drawing.every("AWS::EC2::Subnet") if "monitoring" in each.logical
        ],
    }  # fmt: skip
    wanted = set()
    for flow in FLOWS:
        said = (*flow.ports, "udp" if flow.udp else "tcp")
        if flow.target not in OUTSIDE:
            wanted |= {
                (f"{own}-{flow.target}", "Ingress", peer, *said)
                for peer in peers.get(flow.source, [f"{own}-{flow.source}"])
            }
        if flow.source not in OUTSIDE:
            wanted |= {
                (f"{own}-{flow.source}", "Egress", peer, *said)
                for peer in peers.get(flow.target, [f"{own}-{flow.target}"])
            }

    assert {rule for rule in group_rules(drawing) if rule[2] != NOTHING} == wanted


def test_nobody_is_in_the_networks_default_group(drawing: Drawing) -> None:
    assert "DefaultSecurityGroup" not in json.dumps(drawing.templates)


@pytest.mark.parametrize(
    "group", ["database", "cache", "services", "functions", "monitoring", "gatewaydoor", "scanner"]
)
def test_nothing_with_records_is_open_to_the_internet(drawing: Drawing, group: str) -> None:
    name = f"{drawing.environment.edition}-{group}"

    assert [rule for rule in group_rules(drawing) if rule[0] == name and rule[2] == "0.0.0.0/0"] == []


def test_infra_02_prometheus_is_reached_from_the_monitoring_tier_only(drawing: Drawing) -> None:
    tier = {each.properties["CidrBlock"] for each in drawing.every("AWS::EC2::Subnet") if "monitoring" in each.logical}
    name = f"{drawing.environment.edition}-monitoring"

    comers = [rule for rule in group_rules(drawing) if rule[:2] == (name, "Ingress")]
    assert {(rule[2], rule[3], rule[4]) for rule in comers} == {(cidr, 9090, 9090) for cidr in tier}


def test_api_03_services_and_functions_reach_the_partner_and_nothing_else_outside(drawing: Drawing) -> None:
    for group in ("services", "functions"):
        name = f"{drawing.environment.edition}-{group}"
        outside = {rule[2] for rule in group_rules(drawing) if rule[:2] == (name, "Egress") and "/" in rule[2]}

        assert outside == set(drawing.environment.partner_networks)


def test_every_group_is_drawn(drawing: Drawing) -> None:
    assert len(list(drawing.every("AWS::EC2::SecurityGroup"))) == len(GROUPS)


def test_doors_to_amazon_open_for_this_account_only(drawing: Drawing) -> None:
    doors = [each.properties for each in drawing.every("AWS::EC2::VPCEndpoint")]
    account = drawing.environment.account

    assert len(doors) == 12
    for door in doors:
        for statement in door["PolicyDocument"]["Statement"]:
            layers = (
                str(statement["Resource"]).endswith("-starport-layer-bucket/*")
                and statement["Action"] == "s3:GetObject"
            )
            assert layers or statement["Condition"]["StringEquals"]["aws:PrincipalAccount"] == account


# --- Repudiation ------------------------------------------------------------------------------------------------


def test_auth_04_logs_that_say_who_did_what_are_kept_for_six_years(drawing: Drawing) -> None:
    for group in drawing.every("AWS::Logs::LogGroup"):
        name, kept = group.properties["LogGroupName"], group.properties["RetentionInDays"]
        operation = name.endswith("/flows") or name.startswith("aws-waf-logs-")
        assert kept >= (365 if operation else SIX_YEARS), name
        assert group.properties["KmsKeyId"].endswith("/logs")
        assert group.raw["DeletionPolicy"] == "Retain"


def test_auth_04_failing_sign_ins_are_an_alarm(drawing: Drawing) -> None:
    filters = {
        each.properties["MetricTransformations"][0]["MetricName"]: each.properties
        for each in drawing.every("AWS::Logs::MetricFilter")
    }

    assert set(filters) == {*WATCHED, "OwnBackup"}
    assert filters["SignInFailures"]["LogGroupName"] == f"/{drawing.environment.edition}/api"
    assert '"sign-in-failed"' in filters["SignInFailures"]["FilterPattern"]


def test_infra_01_the_trail_has_every_invocation_and_every_access_and_proves_itself(drawing: Drawing) -> None:
    trail = drawing.only("AWS::CloudTrail::Trail")
    selected = {
        (field["Field"], *field.get("Equals", ()))
        for selector in trail["AdvancedEventSelectors"]
        for field in selector["FieldSelectors"]
    }

    assert trail["EnableLogFileValidation"] is True
    assert trail["IsLogging"] is True
    assert trail["IsMultiRegionTrail"] is True
    assert trail["KMSKeyId"].endswith("/trail")
    assert {
        ("eventCategory", "Management"),
        ("resources.type", "AWS::Lambda::Function"),
        ("resources.type", "AWS::S3::Object"),
    } <= selected


def test_infra_01_guardduty_and_access_analyzer_watch(drawing: Drawing) -> None:
    detector = drawing.only("AWS::GuardDuty::Detector")
    kinds = {each.properties["Type"] for each in drawing.every("AWS::AccessAnalyzer::Analyzer")}

    assert detector["Enable"] is True
    assert {"S3_DATA_EVENTS", "LAMBDA_NETWORK_LOGS"} <= {feature["Name"] for feature in detector["Features"]}
    assert kinds == {"ACCOUNT", "ACCOUNT_UNUSED_ACCESS"}
    assert {rule.properties["EventPattern"]["source"][0] for rule in drawing.every("AWS::Events::Rule")} >= {
        "aws.guardduty", "aws.access-analyzer",
    }  # fmt: skip


def test_the_network_writes_down_who_spoke_to_whom(drawing: Drawing) -> None:
    assert drawing.only("AWS::EC2::FlowLog")["TrafficType"] == "ALL"


# --- Alarms and backups -----------------------------------------------------------------------------------------


def alarms(drawing: Drawing) -> dict[str, Found]:
    return {
        each.properties["AlarmName"].removeprefix(f"{drawing.environment.edition}-"): each
        for each in drawing.every("AWS::CloudWatch::Alarm")
    }


@pytest.mark.parametrize(
    "name",
    [
        "dead-document-intake", "dead-secret-rotation", "lag-reminders", "lag-document-intake", "errors-audit-archive",
        "auditlag", "backupage", "backupfailed", "ownbackupage", "dead-backups", "target5xx", "balancer5xx",
        "signinfailures", "rootused",
    ],
)  # fmt: skip
def test_somebody_is_told(drawing: Drawing, name: str) -> None:
    assert alarms(drawing)[name].properties["AlarmActions"] == [
        drawing.environment.arn("sns", f"{drawing.environment.edition}-alarms")
    ]


@pytest.mark.parametrize("name", ["auditlag", "backupage", "ownbackupage"])
def test_silence_is_an_alarm_where_silence_is_the_trouble(drawing: Drawing, name: str) -> None:
    assert alarms(drawing)[name].properties["TreatMissingData"] == "breaching"
    assert alarms(drawing)[name].properties["ComparisonOperator"] == "LessThanThreshold"


def test_every_function_has_dead_letters_that_somebody_sees(drawing: Drawing) -> None:
    functions = [each for each in drawing.every("AWS::Lambda::Function") if "Blocker" not in each.logical]

    assert len(functions) == 9
    for function in functions:
        name = function.properties["FunctionName"].removeprefix(f"{drawing.environment.edition}-")
        assert function.properties["DeadLetterConfig"]["TargetArn"].endswith(f"{name}-dead")
        assert f"dead-{name}" in alarms(drawing)


def test_queues_are_sealed_and_speak_tls_to_this_account_only(drawing: Drawing) -> None:
    queues = [each.properties for each in drawing.every("AWS::SQS::Queue")]
    denials = [each.properties["PolicyDocument"]["Statement"] for each in drawing.every("AWS::SQS::QueuePolicy")]

    assert len(queues) == 14
    assert all(each["KmsMasterKeyId"].endswith("/queues") for each in queues)
    assert len(denials) == 14
    for said in denials:
        assert {each["Sid"] for each in said} == {"DenyInsecureTransport", "DenyOtherAccounts"}


def test_a_batch_fails_by_its_messages_and_not_as_a_whole(drawing: Drawing) -> None:
    feeds = [each.properties for each in drawing.every("AWS::Lambda::EventSourceMapping")]

    assert len(feeds) == 4
    assert all(each["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for each in feeds)


def test_backups_are_locked_and_copied_to_another_region(drawing: Drawing) -> None:
    vaults = list(drawing.every("AWS::Backup::BackupVault"))
    plan = drawing.only("AWS::Backup::BackupPlan")["BackupPlan"]["BackupPlanRule"]

    assert {each.stack.rpartition("-")[2] for each in vaults} == {"foundation", "recovery"}
    assert all(each.properties["LockConfiguration"]["MinRetentionDays"] == 35 for each in vaults)
    assert all(each.properties["LockConfiguration"]["ChangeableForDays"] == 3 for each in vaults)
    assert {rule["RuleName"] for rule in plan} == {"nightly", "monthly"}
    far = drawing.environment.arn(
        "backup", f"backup-vault:{drawing.environment.edition}", region=drawing.environment.recovery_region
    )
    assert all(rule["CopyActions"][0]["DestinationBackupVaultArn"] == far for rule in plan)
    assert [rule["Lifecycle"]["DeleteAfterDays"] for rule in plan] == [35, SIX_YEARS]


def test_the_plan_is_for_database_and_buckets(drawing: Drawing) -> None:
    chosen = drawing.only("AWS::Backup::BackupSelection")["BackupSelection"]["Resources"]

    for purpose in ("documents", "archive", "backups"):
        assert f"arn:aws:s3:::{drawing.environment.bucket(purpose)}" in chosen
    assert any("DBInstanceArn" in each for each in chosen)
    assert any("AnchorsFiles" in each for each in chosen)


def test_meridian_backs_itself_up_every_hour(drawing: Drawing) -> None:
    edition = drawing.environment.edition
    [schedule] = [
        each.properties
        for each in drawing.every("AWS::Scheduler::Schedule")
        if "EcsParameters" in each.properties["Target"]
    ]
    target, placed = schedule["Target"], schedule["Target"]["EcsParameters"]

    assert (schedule["Name"], schedule["ScheduleExpression"]) == (f"{edition}-backups", "cron(20 * * * ? *)")
    assert schedule.get("State", "ENABLED") == "ENABLED"
    assert target["Arn"] == drawing.environment.arn("ecs", f"cluster/{edition}")
    assert target["DeadLetterConfig"]["Arn"].endswith(f"{edition}-backups-dead")
    assert target["RoleArn"].endswith(f"{edition}-backups-schedule")
    assert placed["TaskDefinitionArn"] == drawing.environment.arn("ecs", f"task-definition/{edition}-backups:1")
    assert placed["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"] == "DISABLED"


def test_the_task_of_backups_is_meridian_as_nobody_with_a_role_of_its_own(drawing: Drawing) -> None:
    edition = drawing.environment.edition
    [task] = [
        each.properties
        for each in drawing.every("AWS::ECS::TaskDefinition")
        if each.properties["Family"] == f"{edition}-backups"
    ]
    made = {each["Name"]: each for each in task["ContainerDefinitions"]}

    assert task["TaskRoleArn"].endswith(f"role/{edition}-backups")
    assert set(made) == {"settings", "meridian"}
    assert made["meridian"]["Command"] == ["backup", "--data", "/var/lib/meridian"]
    assert all(each["ReadonlyRootFilesystem"] and each["User"] == "861:861" for each in made.values())
    assert {each["ContainerPath"] for each in made["meridian"]["MountPoints"]} == {
        "/tmp", "/var/lib/meridian",  # noqa: S108  # the container's own
        "/var/lib/meridian-anchors", "/var/lib/meridian/evidence",
    }  # fmt: skip
    [laid] = made["settings"]["Environment"]
    assert 'method = "rows"' in laid["Value"]
    assert "[redis]" not in laid["Value"]


def test_no_backup_of_our_own_for_26_hours_is_an_alarm(drawing: Drawing) -> None:
    alarm = alarms(drawing)["ownbackupage"].properties
    [counted] = [
        each.properties
        for each in drawing.every("AWS::Logs::MetricFilter")
        if each.properties["MetricTransformations"][0]["MetricName"] == alarm["MetricName"]
    ]

    assert alarm["Period"] * alarm["EvaluationPeriods"] == 26 * 3600
    assert (alarm["Statistic"], alarm["Threshold"], alarm.get("DatapointsToAlarm", 26)) == ("Sum", 1, 26)
    assert counted["LogGroupName"] == f"/{drawing.environment.edition}/backups"
    assert counted["FilterPattern"] == pattern(BACKED_UP)


def test_checkpoints_lie_in_a_sealed_folder_beside_the_database(drawing: Drawing) -> None:
    files = drawing.only("AWS::EFS::FileSystem")
    doors = [each.properties["RootDirectory"] for each in drawing.every("AWS::EFS::AccessPoint")]
    shared = [
        volume["EFSVolumeConfiguration"]
        for task in drawing.every("AWS::ECS::TaskDefinition")
        for volume in task.properties["Volumes"]
        if volume["Name"] in ("anchors", "evidence")
    ]

    assert files["Encrypted"] is True
    assert files["KmsKeyId"].endswith("/anchors")
    assert [each["Path"] for each in doors] == ["/anchors", "/evidence"]
    assert all(each["CreationInfo"]["Permissions"] == "0700" for each in doors)
    assert len(shared) == 2 * 4
    for volume in shared:
        assert volume["TransitEncryption"] == "ENABLED"
        assert volume["AuthorizationConfig"]["IAM"] == "ENABLED"


# --- Deployment -------------------------------------------------------------------------------------------------


def test_stacks_cannot_be_deleted_by_mistake_and_need_nothing_looked_up(drawing: Drawing) -> None:
    manifest = json.loads((drawing.paths[0].parent / "manifest.json").read_text(encoding="utf-8"))
    stacks = {
        name: each for name, each in manifest["artifacts"].items() if name.startswith(drawing.environment.edition)
    }
    drawn = [each for each in stacks.values() if each["type"] == "aws:cloudformation:stack"]

    assert len(drawn) == 3
    assert all(each["properties"]["terminationProtection"] for each in drawn)
    assert "missing" not in manifest  # nothing that only an account could answer


def test_no_stack_comes_near_what_cloudformation_takes(drawing: Drawing) -> None:
    for path, template in zip(drawing.paths, drawing.templates.values(), strict=True):
        assert len(template["Resources"]) < 450  # of 500
        assert path.stat().st_size < 900_000  # of 1 MB


def test_the_editions_are_one_drawing() -> None:
    same = [
        (ROOT / "infra" / "environments" / f"{each}.toml").read_text(encoding="utf-8")
        for each in ("careconnect360", "meridian-pms")
    ]
    keys = [set(tomllib.loads(text)) for text in same]

    assert keys[0] == keys[1]
