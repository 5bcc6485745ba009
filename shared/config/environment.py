"""What the environment sets of a process's settings, looked up by name."""

from typing import Any

from pydantic_settings import EnvSettingsSource


class NamedVariables(EnvSettingsSource):
    """Reads the variables that are there, `NRM_BUS` for `bus`.

    The library's own source asks of each setting which variables could mean it, set or not: of some sixty that takes longer than the check
    of their values. For settings without aliases and without parts that have variables of their own (`NRM_TLS__CA`).
    """

    def __call__(self) -> dict[str, Any]:
        """Name → value, of those that are set. Raises ValueError where a list or table is not JSON."""
        found: dict[str, Any] = {}
        for name, field in self.settings_cls.model_fields.items():
            said: Any = self.env_vars.get(f"{self.env_prefix}{name}".lower())
            if said is not None:
                found[name] = self.prepare_field_value(name, field, said, False)
        return found
