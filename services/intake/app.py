"""The intake service."""

from pathlib import Path

from shared.runtime.service import Service

SERVICE = Service("intake", migrations=Path(__file__).parent / "migrations")
