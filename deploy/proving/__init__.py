"""What proves the whole: simulation, soak, bench, upgrade, and the keys of a whole land."""
