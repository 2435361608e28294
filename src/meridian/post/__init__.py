"""Mail and SMS leaving the platform: a folder, or SES and SNS."""
