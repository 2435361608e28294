"""
Keys and secrets: what is sealed at rest is sealed and opened here, and nowhere else.

    master.py    the master key: a file of its owner's only, or in KMS (kms.py)
    keyring.py   organisations' keys and patients' keys, wrapped and unwrapped
    seal.py      bodies, compressed and sealed
    secrets.py   named secrets in a sealed file, or in Secrets Manager (manager.py)

No module here does more I/O than its own small file, or a question to the service that stands for it: wrapped keys
are rows, which the store reads and writes.
"""
