"""Why a decision is refused."""


class RuleBroken(Exception):
    """What was asked is not allowed here and now. `code` names the rule; pages and the API say it in the reader's words."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code, self.field = code, field
