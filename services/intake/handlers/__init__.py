"""Use cases of this service."""
