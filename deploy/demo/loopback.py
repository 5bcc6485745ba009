"""How the agencies of a demo are asked: by HTTP on loopback, in the clear."""

import ssl

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""What a client is given there. It trusts nobody: to read the certificates of this machine, which are asked for nowhere, would take 30 ms
of processor time for each client."""
