"""`./nrm soak`: real agencies on real parts under load, faults drawn from a seed, and an account of every decision at the end."""
