"""The wheel asks for what requirements/run.in names: one list, kept in one place."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Dependencies(MetadataHookInterface):
    """Reads the run-time requirements into the wheel's metadata."""

    def update(self, metadata: dict[str, object]) -> None:
        """Set `dependencies` from requirements/run.in, without its comments."""
        lines = (Path(self.root) / "requirements" / "run.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
