"""Fakes and factories for tests, shipped with the package; only tests import them."""
