"""The compose files, really started: cases are played while containers are killed, and every decision is accounted for."""
