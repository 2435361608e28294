"""One step of a rotation that Secrets Manager asks for (`meridian.vault.rotation`)."""

from meridian.app.functions.turning import rotating

handler = rotating("secret-rotation")
