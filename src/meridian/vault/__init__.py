"""Keys and secrets: what is sealed at rest is sealed and opened here, and nowhere else."""
