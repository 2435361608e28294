"""Documents over HTTP: sending them in, listing and filing them, and handing their bytes to who may have them."""

from meridian.web.api.documents.routes import router

__all__ = ["router"]
