"""The key that signs tokens next is made, and published before it signs (`meridian.identity.keys`)."""

from meridian.app.functions.ground import ground
from meridian.app.functions.timed import timed
from meridian.app.functions.turning import renewed

handler = timed(ground("signing-key-rotation"), renewed)
