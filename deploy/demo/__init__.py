"""The demo: a country's agencies as processes on one bus, invented cases played through them, and what to do then."""
