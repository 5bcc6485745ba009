"""Backup and restore: databases, keystores, manifest, rehearsal, and the keys that are destroyed."""
