"""What operators run: import, the demo clinic, the doctor."""
