"""Names of the files in an agency's folder."""

ENV, KEY, CSR, REQUEST, COMPOSE = "agency.env", "key.pem", "request.csr", "request.json", "compose.yml"
