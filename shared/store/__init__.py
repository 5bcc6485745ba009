"""What an instance keeps: tables, engine, encryption at rest, positions, decision log, view cache, migrations."""
