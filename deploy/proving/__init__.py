"""What proves the whole system: simulation, explorer, soak, bench, upgrade, and the keys of a whole country's instances."""
