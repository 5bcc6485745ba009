"""What an instance stores: tables, engine, encryption at rest, positions, decision log, view cache, migrations."""
