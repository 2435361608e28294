"""Prescribing, checks, refills and reconciliation over HTTP; nothing is decided here."""

from fastapi import APIRouter

from meridian.web.api.medications import checks, lists, prescriptions, reference, refills

router = APIRouter(prefix="/api/medications", tags=["medications"])
for module in (reference, checks, prescriptions, refills, lists):
    router.include_router(module.router)
