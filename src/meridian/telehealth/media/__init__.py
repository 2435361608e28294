"""How sound and picture get from one to another: directly (`direct`), or through a gateway. The interface is `port`."""
