"""The rules of official letters, in words that say what to do."""

from shared.config.i18n import N_

OF_LETTERS = {
    "letter-not-allowed": (422, N_("A letter to a recipient of this kind must not repeat this. Choose among what is offered.")),
    "letter-not-agreed": (422, N_("Say that the person agreed, or repeat nothing of the file.")),
}
"""Code → status of HTTP, and words."""
