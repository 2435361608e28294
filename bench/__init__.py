"""What it costs: CPU milliseconds a request, as the operating system counts them."""
