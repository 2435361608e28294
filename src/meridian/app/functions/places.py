"""
Where a function's settings come from: text without secrets, given with the deployment or lying in the package.

`MERIDIAN_SETTINGS` in the environment is the text of a `settings.toml`; without it, the file of that name in the
package (`LAMBDA_TASK_ROOT`) is. Secrets are in neither: settings name them, and the vault is asked.
"""

import logging
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from meridian import __version__
from meridian.settings import BadSettings, Settings, load
from meridian.telemetry import logs

TEXT: Final = "MERIDIAN_SETTINGS"
PACKAGE: Final = "LAMBDA_TASK_ROOT"
FILE: Final = "settings.toml"


def settings() -> Settings:
    """
    The function's settings; its data folder is in the only place where Lambda lets it write.

    Raises:
        BadSettings: If there are none, or they cannot be used.
    """
    data = Path(tempfile.gettempdir()) / "meridian"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    (data / FILE).write_text(_text(), encoding="utf-8")
    return _with_authority(load(data))


def _with_authority(found: Settings) -> Settings:
    """The database's authority, which a server has in its image, lies beside a function's code under the same name."""
    server = found.mariadb
    if server is None or not server.tls_ca or Path(server.tls_ca).is_file():
        return found
    beside = Path(os.environ.get(PACKAGE, ".")) / Path(server.tls_ca).name
    return replace(found, mariadb=replace(server, tls_ca=str(beside)))


def _text() -> str:
    said = os.environ.get(TEXT, "")
    if said:
        return said
    file = Path(os.environ.get(PACKAGE, ".")) / FILE
    if not file.is_file():
        raise BadSettings(f"A function needs settings: {TEXT} in its environment, or {FILE} in its package")
    return file.read_text(encoding="utf-8")


def begin(name: str) -> Settings:
    """The settings, once; the log is begun by them."""
    found = settings()
    logging.getLogger().handlers.clear()  # the runtime's own would write what an exception says
    logs.begin(found.logs, edition=found.edition.name, role=f"function-{name}", version=__version__)
    return found
