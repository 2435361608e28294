"""Video visits before and after their sockets: policy, lists, consent, guests' links, device test, transcript."""

from meridian.web.api.telehealth import guests, policy, visits

ROUTERS = (guests, policy, visits)
"""Visits last: the others' paths would else be taken for a visit's id."""
