"""
The clinic's diary for the portal: calendar, board, hours, services, series, wait list, requests, links of reminders.

Finding, holding, booking, moving and cancelling are operations of `/fhir/R4` (`meridian.scheduling.operations`).
"""

from meridian.web.api.scheduling import apparatus, diary, lists, open_links, settings

ROUTERS = (diary, settings, apparatus, lists, open_links)

__all__ = ["ROUTERS"]
