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
            "%(tls)s has no %(missing)s. The key is made here with request.csr; cert.pem and ca.pem come back from the "
            "operator of the bus (`./nrm agency admit --csr`): lay them beside the key.",
            tls=bus.tls,
            missing=", ".join(missing),
        )
    try:
        bus.context()
    except ssl.SSLError as error:
        raise Trouble(
            "The files of %(tls)s do not belong together, or one is damaged (%(why)s): %(files)s.",
            tls=bus.tls,
            why=error.reason,
            files=", ".join(FILES),
        ) from None
    except OSError as error:
        raise Trouble("A file of %(tls)s cannot be read (%(why)s): run this as who owns them.", tls=bus.tls, why=error.strerror) from None
    return bus
