"""Visits, notes, vital signs and findings over HTTP; nothing is decided here."""

from fastapi import APIRouter

from meridian.web.api.charting import encounters, findings, notes, vitals

router = APIRouter(prefix="/api/charting", tags=["charting"])
for module in (encounters, notes, vitals, findings):
    router.include_router(module.router)
