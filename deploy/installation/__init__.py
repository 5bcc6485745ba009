"""An agency's own installation: its folder, settings, units, admission, containers, version."""
