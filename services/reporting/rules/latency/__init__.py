"""How long hand-offs take, what is promised of it, and how often a need is passed round. Pure."""
