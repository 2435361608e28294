"""
Composition: the one place that builds everything and hands it out.

`house` is what is built, `adapters` what stands behind each port, `chores` what is done later, `live` the sockets,
`video` where features meet in a visit, `offers` what is offered outside.
"""

from meridian.app.house import House, opened

__all__ = ["House", "opened"]
