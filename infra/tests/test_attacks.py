"""INFRA-01: what `meridian verify --infra` asks of templates, asked of the real ones, whole and with a hole in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infra import ROOT
from meridian.threats import roles

if TYPE_CHECKING:
    from infra.drawing import Drawing

NEEDS = roles.declared(ROOT / "functions")


def test_infra_01_no_code_leads_further_than_its_work(drawing: Drawing) -> None:
    assert roles.escalating(drawing) == []
    assert roles.beyond(drawing, NEEDS) == []
    assert roles.lacking(drawing, NEEDS) == []
    assert roles.wild(drawing) == []
    assert roles.taken(drawing) == []
    assert roles.shared(drawing) == []


@pytest.mark.parametrize(
    ("hole", "resource", "question"),
    [
        ("iam:PassRole", "*", roles.escalating),
        ("lambda:UpdateFunctionCode", "arn:aws:lambda:*:*:function:*", roles.escalating),
        ("sts:AssumeRole", "arn:aws:iam::*:role/*-api", roles.escalating),
        ("kms:*", "*", roles.wild),
        ("s3:GetObject", "arn:aws:s3:::*/files/*", lambda drawing: roles.beyond(drawing, NEEDS)),
        ("secretsmanager:GetSecretValue", "*", lambda drawing: roles.beyond(drawing, NEEDS)),
    ],
)
def test_infra_01_a_hole_in_the_real_templates_is_found(
    drawing: Drawing, hole: str, resource: str, question: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = drawing.statements
    holed = {"Effect": "Allow", "Action": hole, "Resource": resource}
    monkeypatch.setattr(drawing, "statements", lambda role: [*whole(role), holed])

    assert question(drawing)
