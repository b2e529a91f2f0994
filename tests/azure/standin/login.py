"""The sign-in half of the stand-in: Entra ID's device code flow and its token endpoint."""

from __future__ import annotations

import base64
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.azure.standin.state import TENANT

Json = dict[str, Any]


def _part(value: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def token(claims: Json) -> str:
    """A JSON Web Token of the right shape; its signature is noise, as nobody here checks it."""
    return f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}.c2lnbmF0dXJlLW9mLXRoZS1zdGFuZC1pbg"


@dataclass
class Login:
    """Which codes and tokens were given out. `answers` are what the token endpoint says to polls for a device code,
    before the token: "authorization_pending", "slow_down", "authorization_declined", "expired_token"."""

    host: str = ""
    answers: list[str] = field(default_factory=lambda: ["authorization_pending"])
    interval: int = 1
    code_lives: int = 900
    token_lives: int = 3600
    codes: int = 0
    polls: int = 0
    refreshes: int = 0
    refuse_refresh: bool = False
    tokens: dict[str, float] = field(default_factory=dict)
    # Service principals with their secrets, and whose the tokens are that they were given.
    services: dict[str, str] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)

    def openid(self, tenant: str) -> Json:
        base = f"https://{self.host}/{tenant}"
        return {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "issuer": f"https://{self.host}/{TENANT}/v2.0",
        }

    def device_code(self) -> Json:
        self.codes += 1
        return {
            "device_code": f"device-{uuid.uuid4()}",
            "user_code": "H7KQ2TWXL",
            "verification_uri": "https://microsoft.com/devicelogin",
            "expires_in": self.code_lives,
            "interval": self.interval,
            "message": "To sign in, use a web browser to open the page and enter the code.",
        }

    def answer(self, form: dict[str, str]) -> tuple[int, Json]:
        """The token endpoint."""
        scope = form.get("scope", "")
        if form.get("grant_type") == "refresh_token":
            self.refreshes += 1
            if self.refuse_refresh:
                return 400, _error("invalid_grant", "AADSTS700082: The refresh token has expired due to inactivity.")
            return 200, self.grant(scope, form.get("client_id", ""))
        if form.get("grant_type") == "client_credentials":
            return self._of_service(form, scope)
        self.polls += 1
        if self.answers:
            said = self.answers.pop(0)
            texts = {
                "authorization_pending": "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending.",
                "slow_down": "AADSTS70017: Slow down.",
                "authorization_declined": "AADSTS50097: The end user denied the authorization request.",
                "expired_token": "AADSTS70020: The provided value for the input parameter 'device_code' is expired.",
            }
            return 400, _error(said, texts[said])
        return 200, self.grant(scope, form.get("client_id", ""))

    def _of_service(self, form: dict[str, str], scope: str) -> tuple[int, Json]:
        """A service principal with its secret."""
        if self.services.get(form.get("client_id", "")) != form.get("client_secret"):
            return 401, _error("invalid_client", "AADSTS7000215: Invalid client secret provided for app 'the app'.")
        granted = self.grant(scope, form.get("client_id", ""))
        for key in ("refresh_token", "id_token", "client_info"):
            granted.pop(key)
        self.holders[granted["access_token"]] = form["client_id"]
        return 200, granted

    def grant(self, scope: str, client: str) -> Json:
        now = int(time.time())
        resource = next((part for part in scope.split() if "/.default" in part), "").removesuffix("/.default")
        claims = {
            "aud": resource,
            "iss": f"https://sts.windows.net/{TENANT}/",
            "iat": now - 10,
            "nbf": now - 10,
            "exp": now + self.token_lives,
            "tid": TENANT,
            "jti": str(uuid.uuid4()),
        }
        access = token(claims)
        self.tokens[access] = now + self.token_lives
        about = {
            "aud": client,
            "iss": f"https://{self.host}/{TENANT}/v2.0",
            "sub": "subject",
            "tid": TENANT,
            "oid": str(uuid.UUID(int=7)),
            "preferred_username": "ann@contoso.com",
            "exp": now + 3600,
            "iat": now,
            "nbf": now,
        }
        return {
            "token_type": "Bearer",
            "scope": scope,
            "expires_in": self.token_lives,
            "ext_expires_in": self.token_lives,
            "access_token": access,
            "refresh_token": f"refresh-{uuid.uuid4()}-of-the-stand-in-kept-secret",
            "id_token": token(about),
            "client_info": _part({"uid": str(uuid.UUID(int=7)), "utid": TENANT}),
        }


def _error(code: str, text: str) -> Json:
    return {"error": code, "error_description": text, "error_codes": [], "correlation_id": str(uuid.uuid4())}
