"""Keys and sealing: primitives, envelope, keyring, directory and keystore. Only `primitives` touches a cryptographic primitive."""
