"""What a page leaves on paper, by how it is built: `own.css` hides forms, navigation and what is folded, except what goes on (`own-rest`).

Pages of a case are not printed at all (`own-unprinted`). What paper looks like is seen in a browser in `test_theme.py`.
"""

from html.parser import HTMLParser

CONTROLS = ("button", "select", "textarea", "input")
TELLS = ("table", "ul", "ol")
"""What a fold may hold that somebody wants on paper."""
VOID = ("input", "br", "img", "hr", "meta", "link", "path", "line", "rect", "circle", "col")


class Printed(HTMLParser):
    """What is wrong with a page on paper; whether it says anything below its heading."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        """Element and classes, the outermost first."""
        self.wrong: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if self._within("main") and not self._classed("own-unprinted"):
            if tag in CONTROLS and named.get("type") != "hidden" and not self._within("form", "dialog"):
                self.wrong.append(f"a {tag} that is no part of a form is printed")
            if tag in TELLS and self._folded() and not self._within("form", "figure"):
                self.wrong.append(f"a {tag} is folded and not printed")
        if tag not in VOID:
            self.open.append((tag, f" {named.get('class') or ''}{' open' if 'open' in named else ''} "))

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag not in VOID and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._within("main") and not self._within("h1", "script"):
            self.said += data.strip()

    def _within(self, *tags: str) -> bool:
        return any(tag in tags for tag, _ in self.open)

    def _classed(self, name: str) -> bool:
        return any(f" {name} " in classes for _, classes in self.open)

    def _folded(self) -> bool:
        """Whether it lies in a fold that paper leaves out: what a word means and what a form holds are on no sheet."""
        folds = [classes for tag, classes in self.open if tag == "details"]
        return any(not any(f" {name} " in one for name in ("own-rest", "own-terms-all", "own-fold", "open")) for one in folds)


def on_paper(page: str) -> list[str]:
    """One sentence for each thing that paper would lack, or have too much; and where a page is a heading alone."""
    seen = Printed()
    seen.feed(page)
    return seen.wrong + ([] if seen.said else ["there is nothing below the heading: not even what to do"])
