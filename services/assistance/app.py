"""The assistance service."""

from shared.runtime.service import Service

SERVICE = Service("assistance")
