"""Use cases: each takes a command and what is known, and says events."""
