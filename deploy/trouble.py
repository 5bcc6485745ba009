"""What stops a command and a person can mend."""


class Trouble(Exception):
    """One sentence that says what is missing and what to do; `./nrm` shows it without a traceback."""
