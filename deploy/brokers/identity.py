"""The certificate files of a client of the bus, checked before it connects."""

import ssl

from deploy.trouble import Trouble
from shared.config.kafka import Bus

FILES = ("key.pem", "cert.pem", "ca.pem")


def proven(bus: Bus) -> Bus:
    """The same bus, where its certificate can be used. Raises Trouble that names what is missing or wrong, and who has it."""
    if bus.tls is None:
        return bus
    if missing := [name for name in FILES if not (bus.tls / name).is_file()]:
        raise Trouble(
            f"{bus.tls} has no {', '.join(missing)}. The key is made here with request.csr; cert.pem and ca.pem come back from the "
            "operator of the bus (`./nrm agency admit --csr`): lay them beside the key."
        )
    try:
        bus.context()
    except ssl.SSLError as error:
        raise Trouble(f"The files of {bus.tls} do not belong together, or one is damaged ({error.reason}): {', '.join(FILES)}.") from None
    except OSError as error:
        raise Trouble(f"A file of {bus.tls} cannot be read ({error.strerror}): run this as who owns them.") from None
    return bus
