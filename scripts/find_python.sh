#!/bin/sh
# Print the first Python on this machine that Meridian can start with (3.11 or later); say what to do if there is none.
# MERIDIAN_PYTHON, when set, is the only one tried.
for name in ${MERIDIAN_PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
done
{
    echo "Meridian needs Python 3.11 or later, and ${MERIDIAN_PYTHON:-no python3 on the PATH} is not one."
    echo "  Debian, Ubuntu:  apt install python3 python3-venv"
    echo "  Fedora:          dnf install python3"
    echo "  macOS:           brew install python"
    echo "  elsewhere:       https://www.python.org/downloads/"
    echo "Then run the same command again."
} >&2
exit 1
