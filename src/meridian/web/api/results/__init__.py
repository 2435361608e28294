"""Laboratory orders and results over HTTP: ordering, taking results in, signing them off, letting patients see them."""

from meridian.web.api.results.routes import router

__all__ = ["router"]
