"""What HIPAA asks of an electronic record and of whoever keeps one, and how it is met; as data, checked and printed."""
