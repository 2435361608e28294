"""INFRA-02: figures for whoever asks."""

from meridian.ops import figures


def figures_without_secret() -> None:
    """Whoever finds the port may read."""
    figures._knows = lambda *_: True  # noqa: SLF001  # what is taken out


WEAKNESSES = {"figures-without-secret": figures_without_secret}
