"""`./nrm doctor`: what an installation needs, looked at one by one, in green, yellow and red, with what to do."""
