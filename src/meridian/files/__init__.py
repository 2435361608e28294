"""The bytes of documents and recordings: a sealed folder, or S3."""
