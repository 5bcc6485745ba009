"""An agency's own installation: made in one evening, looked after, backed up, restored, upgraded."""
