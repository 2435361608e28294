"""A turn of an export of many records (`meridian.access.exports`); the next one comes by the queue again."""

from meridian.app.functions.feeding import fed

handler = fed("bulk-export", "exports")
