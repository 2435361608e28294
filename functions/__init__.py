"""Lambda functions of Meridian: thin handlers over `meridian.app.functions`."""
