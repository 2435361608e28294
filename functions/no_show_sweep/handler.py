"""Visits to which nobody comes are looked after, whether a worker is up or not (`meridian.telehealth.missed`)."""

from meridian.app.functions.standing import house
from meridian.app.functions.sweeping import swept
from meridian.app.functions.timed import timed

handler = timed(house("no-show-sweep"), swept)
