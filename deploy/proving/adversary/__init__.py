"""The adversary: reads all that the broker has stored and all that is public, holds no key, and guesses what sealing is to hide."""
