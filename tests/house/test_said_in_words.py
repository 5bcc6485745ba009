"""What is raised for people keeps its words, so that a page or a terminal says it in their language (ADR 82): whatever is raised with a
sentence that stands in English alone has a reason here."""

import ast
from collections.abc import Iterator
from pathlib import Path

from deploy.dev.languages.terminal import NOT_SPOKEN, troubles

ROOT = Path(__file__).resolve().parents[2]
IN_ENGLISH = {
    "Unreadable": "what is wrong with the bytes of a record, as the log has it; of a parked one a page says cause, remedy and who in words",
    "NotCounted": "the same of a statistical record", "NotNow": "the log alone: what waits is sent later", "TooLong": "a fault of the code",
    "BatchTooLong": "a fault of the code", "KeystoreUnavailable": "the log alone: tried again at once",
    "TokenRefused": "the log of sign-ins; the page says that it was not accepted", "IssuerUnavailable": "the log, and so on",
    "NotBelieved": "answers a program", "MalformedSpans": "answers a program", "NotReleased": "the page has words of its own",
    "Untold": "the demo's summary, for who tries the system", "KafkaTimeoutError": "what the bus did, as its client says it",
    "error": "what the broker says", "KeyError": "a fault of the code", "TypeError": "a fault of the code",
    "RuntimeError": "a migration that would lose something, for who upgrades, with the developers",
    "OSError": "what the machine says", "typer.BadParameter": "the soak, for who works on the project",
}  # fmt: skip
"""What is raised with words of one language, and why."""
CAUGHT = {
    "shared/crypto/": "caught where keys are read: another sentence says which file",
    "shared/protocol/": "caught where a record is read: it is unreadable",
    "shared/store/document_folder.py": "a fault of the code", "shared/web/http/environment.py": "a fault of the code",
    "shared/web/http/file_upload.py": "caught by the page, which says it in words",
    "services/reporting/queries/other_returns.py": "a fault of the code",
}  # fmt: skip
"""Where a ValueError with words is nobody's to read, and why."""


def raised() -> Iterator[tuple[str, int, str]]:
    """File, line and name of whatever is raised with a sentence that is written there, or glued."""
    for path in (one for top in ("shared", "services", "deploy") for one in sorted((ROOT / top).rglob("*.py"))):
        place = path.relative_to(ROOT).as_posix()
        if place.startswith(NOT_SPOKEN):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args and is_sentence(node.exc.args[0]):
                yield place, node.lineno, ast.unparse(node.exc.func)


def is_sentence(said: ast.expr) -> bool:
    text = said.value if isinstance(said, ast.Constant) else ""
    return isinstance(said, ast.JoinedStr | ast.BinOp) or (isinstance(text, str) and " " in text)


def test_what_is_raised_with_words_for_people_can_be_said_in_their_language() -> None:
    found = [one for one in raised() if one[2] not in troubles(ROOT)]
    wrong = [
        f"{place}:{line}: {name}"
        for place, line, name in found
        if name not in IN_ENGLISH and not (name == "ValueError" and place.startswith((*CAUGHT,)))
    ]
    assert not wrong, "a WordedError, a Trouble or a ValueError(Clause(…)) keeps its words:\n" + "\n".join(wrong)
    assert set(IN_ENGLISH) <= {name for _, _, name in found}, "a reason that nothing needs any more"
    assert all(any(place.startswith(at) for place, _, _ in found) for at in CAUGHT)
