"""Whether this process answers; nothing of what it runs on."""

from meridian.web.exchange import Answer

ALIVE = Answer(200, [(b"content-type", b"application/json")], b'{"status":"ok"}')
