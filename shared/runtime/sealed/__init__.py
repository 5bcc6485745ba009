"""Sealed events: keys, the signed directory, and the envelope. Nothing outside `primitives` touches a cryptographic primitive."""
