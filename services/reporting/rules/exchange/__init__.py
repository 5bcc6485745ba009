"""Tables and people as bodies from outside ask for them. Pure."""
