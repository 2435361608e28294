"""
Cognito: people sign in with a password and a code of their authenticator, and are made by an administrator.

The pool knows its users by our ids: they have neither an address nor a name there, and forgotten passwords are ours to
mend. Whether somebody exists cannot be told from any answer (AUTH-02). Nobody signs in without a second factor, and
text messages are none. Threat protection refuses passwords that were seen elsewhere and sign-ins of great risk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

if TYPE_CHECKING:
    from infra.environment import Environment

TOKENS_LIVE = Duration.minutes(15)
SESSION_LIVES = Duration.hours(12)
SET_UP_TAKES = Duration.minutes(10)
"""As long as an unfinished sign-in of ours waits for an app to be set up."""


class Identity(Construct):
    """The pool of people, and the one client, which is Meridian itself."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment) -> None:
        super().__init__(scope, name)
        self.pool = cognito.UserPool(
            self,
            "People",
            user_pool_name=environment.edition,
            feature_plan=cognito.FeaturePlan.PLUS,
            standard_threat_protection_mode=cognito.StandardThreatProtectionMode.FULL_FUNCTION,
            self_sign_up_enabled=False,
            sign_in_case_sensitive=False,
            sign_in_aliases=cognito.SignInAliases(username=True),
            account_recovery=cognito.AccountRecovery.NONE,
            mfa=cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False, email=False),
            password_policy=cognito.PasswordPolicy(
                min_length=14, require_digits=True, require_lowercase=True, require_uppercase=True,
                require_symbols=True, temp_password_validity=Duration.days(3), password_history_size=12,
            ),
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN,
        )  # fmt: skip
        self.client = self.pool.add_client(
            "Meridian",
            user_pool_client_name=environment.edition,
            generate_secret=True,
            auth_flows=cognito.AuthFlow(admin_user_password=True),
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            auth_session_validity=SET_UP_TAKES,
            disable_o_auth=True,
            access_token_validity=TOKENS_LIVE,
            id_token_validity=TOKENS_LIVE,
            refresh_token_validity=SESSION_LIVES,
        )
        self._risk()

    def _risk(self) -> None:
        """What threat protection does: refuse, and tell nobody but the log."""
        action = cognito.CfnUserPoolRiskConfigurationAttachment
        refuse = action.AccountTakeoverActionTypeProperty(event_action="BLOCK", notify=False)
        ask = action.AccountTakeoverActionTypeProperty(event_action="MFA_REQUIRED", notify=False)
        action(
            self,
            "Risk",
            user_pool_id=self.pool.user_pool_id,
            client_id="ALL",
            account_takeover_risk_configuration=action.AccountTakeoverRiskConfigurationTypeProperty(
                actions=action.AccountTakeoverActionsTypeProperty(
                    low_action=ask, medium_action=ask, high_action=refuse
                ),
            ),
            compromised_credentials_risk_configuration=action.CompromisedCredentialsRiskConfigurationTypeProperty(
                actions=action.CompromisedCredentialsActionsTypeProperty(event_action="BLOCK"),
                event_filter=["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"],
            ),
        )
