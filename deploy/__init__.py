"""The composition root: what starts, feeds and checks the services. Nothing imports it."""
