"""The log that proves itself: entries, the Merkle tree, checkpoints, and a verifier that stands alone."""
