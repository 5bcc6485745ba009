"""The composition root: what starts, configures, operates and checks the services. Nothing imports it."""
