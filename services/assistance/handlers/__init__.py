"""Use cases: each is a function (command, context) → events."""
