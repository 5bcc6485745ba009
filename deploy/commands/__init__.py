"""The commands of `./nrm`, one Typer file for each group; the work is elsewhere."""
