"""What the rapporteur counts: the course of a case, tables, measures, and their rows. Pure."""
