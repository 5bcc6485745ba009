"""The versions of the protocol. A case keeps the one that its opening names, from its first record to its last.

Rules, types and fields of protocol 2 count in cases opened under 2 alone. It stays open to additions until release 0.2.0.
"""

FIRST, NEWEST = 1, 2
PROTOCOLS = range(FIRST, NEWEST + 1)
"""What this release folds. A case whose opening names a newer one is held whole until the upgrade."""
