"""The rules of a case: pure functions over tables, the same for every agency. No framework, no I/O, no clock, no configuration."""
