"""What stops a command and a person can mend."""


class Trouble(Exception):
    """One sentence that says what is missing and what to do; `./nrm` shows it without a traceback."""


def in_one_line(error: BaseException) -> str:
    """What a driver says of a server that it does not reach, for the middle of a sentence; the kind of error where it is silent."""
    return " ".join(str(error).partition("\n")[0].split()).rstrip(".") or type(error).__name__
