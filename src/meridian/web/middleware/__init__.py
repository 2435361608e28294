"""What every request passes before a surface sees it: one concern in each module."""
