"""
The password of Meridian's own user of MariaDB, which it changes itself.

The user says `SET PASSWORD` for itself, which needs no privilege: no other credential, least of all an administrator's,
has to lie anywhere for the rotation. Two users in turn would never be without a password that Secrets Manager calls
current, but somebody would have to be able to give either of them another; the moment between setting and finishing is
bridged by servers that try AWSPENDING when they are refused. Connections that are open stay open.

Source: mariadb.com/kb/en/set-password.
"""

import json
from dataclasses import dataclass, replace

from meridian.store.database import MariadbServer
from meridian.store.mariadb import Refused, connect
from meridian.vault.rotation import fresh_value, value_of, with_value

PASSWORD = "password"  # noqa: S105  # the name of a field


@dataclass(frozen=True, slots=True)
class OwnPassword:
    """
    A `vault.rotation.Checker`: the server.

    Args:
        server: Where, and whom to be if the secret does not say.
    """

    server: MariadbServer

    def next(self, current: str) -> str:
        """The same, with another password."""
        return with_value(current, PASSWORD, fresh_value())

    async def tell(self, current: str, pending: str) -> None:
        """
        Change the password.

        Raises:
            Unavailable: If the server does not answer, or does not take the present one.
        """
        connection = await connect(self._as(current))
        try:
            async with connection.cursor() as cursor:
                await cursor.execute("SET PASSWORD = PASSWORD(%s)", (value_of(pending, PASSWORD),))
        finally:
            connection.close()

    async def takes(self, text: str) -> bool:
        """
        Whether one can sign in with it.

        Raises:
            Unavailable: If the server does not answer at all.
        """
        try:
            connection = await connect(self._as(text))
        except Refused:
            return False
        connection.close()
        return True

    def _as(self, text: str) -> MariadbServer:
        user = json.loads(text).get("username", self.server.user) if text.startswith("{") else self.server.user
        return replace(self.server, user=user, password=value_of(text, PASSWORD), login=None)
