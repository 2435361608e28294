"""
The checks that are always made, with nothing installed: the test virus, PDFs and Word documents that act, bombs.

They know no viruses by name; that is `clamd`'s. Which of them looked at a document, the document says.
"""

import re

from meridian.documents.checking import office, pdf
from meridian.documents.checking.kinds import Kind
from meridian.documents.checking.sight import Sight

NAME = "Built-in checks"
_EICAR = re.compile(re.escape(rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"))
"""Source: eicar.org, the anti-malware test file; its two halves stand apart so that this file is not one."""


def harm(sight: Sight, kind: Kind | None) -> str:
    """What could do harm, in words; empty when nothing was found."""
    try:
        return _looked(sight, kind)
    except ValueError:
        return "The file has too many parts to be checked"


def _looked(sight: Sight, kind: Kind | None) -> str:
    if next(sight.found(_EICAR, 128), None) is not None:
        return "The file holds the EICAR test virus"
    if kind is None:
        return "The file is of a kind that cannot be checked"
    if kind.shown == "pdf":
        return pdf.harm(sight)
    return office.harm(sight) if "docx" in kind.endings else ""
