"""Video visits before and after their sockets: lists, consent, guests' links, device test, transcript, absence."""

from meridian.web.api.telehealth import guests, visits

ROUTERS = (guests, visits)
"""Guests first: their paths would else be taken for a visit's id."""
