"""What is read from a release: tables, tables of one's own, periods side by side, pictures. Pure."""
