"""
The socket: Socket.IO v5 over websocket, on which whoever is signed in hears at once what concerns them.

`guard` stands before the library and lets in what can do no harm; `handshake` says who it is; `life` ends a socket with
its session; `events` judges and answers what clients send; `feeds`, `threads` and `presence` are the events. What is
pushed says that something happened and holds ids: the words are read through the one door.
"""
