"""The papers of the demo: drawn here, each with the word INVENTED across it, attached and looked at on the agencies' pages as people do."""

import re
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from deploy.demo.offices import Offices, RequestRefused
from deploy.demo.story import StoryStep

PAGES = {"intake": "reports", "referral": "lead", "assistance": "cases"}
"""Service → where its pages of cases are."""
ACTS = frozenset({"attach", "look-at"})
"""Steps that are taken on pages: no program attaches a document, or is given one."""
SIZE, INK, PALE = (900, 640), (40, 40, 60), (214, 60, 60)


class DemoPaper(NamedTuple):
    """A paper: its kind of document, what its file is called, and the lines that stand on it."""

    kind: str
    name: str
    lines: tuple[str, ...]


PAPERS = {
    "pay-slip": DemoPaper("employment_paper", "Invented pay slip.png", (
        "PAY SLIP", "Demo Person Two", "Kitchen of a house that there is not", "98 hours a week     0.00 paid", "Kept back: the way here",
    )),
    "contract": DemoPaper("employment_paper", "Invented contract.pdf", (
        "CONTRACT OF WORK", "Demo Person Two and nobody", "Hours: 8 a day, 5 days a week", "Signed on no day, in no town",
    )),
}  # fmt: skip


def drawn(paper: DemoPaper) -> bytes:
    """The file, as the end of its name says. Anybody sees that it is of the demo."""
    sheet = Image.new("RGB", SIZE, (252, 251, 246))
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((20, 20, SIZE[0] - 20, SIZE[1] - 20), outline=INK, width=3)
    for n, line in enumerate(paper.lines):
        pen.text((70, 70 + n * 80), line, INK, ImageFont.load_default(44 if n == 0 else 32))
    stamp = Image.new("L", (SIZE[0], 170), 0)
    ImageDraw.Draw(stamp).text((SIZE[0] // 2, 85), "INVENTED", 150, ImageFont.load_default(150), "mm")
    turned = stamp.rotate(20, expand=True)
    sheet.paste(PALE, ((SIZE[0] - turned.width) // 2, (SIZE[1] - turned.height) // 2), turned)
    made = BytesIO()
    sheet.save(made, "PDF" if paper.name.endswith(".pdf") else "PNG")
    return made.getvalue()


async def on_its_page(offices: Offices, step: StoryStep, service: str, case: str, officer: str, form: str) -> None:
    """Attach the paper of this step, or look at it. Raises RequestRefused; NothingCame where it does not arrive."""
    paper, pages = PAPERS[step.body["paper"]], f"{PAGES[service]}/{case}/documents"
    if step.act == "attach":
        await _attach(offices, step.agency, f"{pages}/new/{paper.kind}", paper, officer, form)
    elif not (await offices.content(step.agency, pages, paper.name, officer)).startswith((b"\x89PNG", b"%PDF-")):
        raise RequestRefused(200, f"{paper.name} is not what was attached")


async def _attach(offices: Offices, agency: str, form: str, paper: DemoPaper, officer: str, id: str) -> None:
    """Send the form as its page prefilled it: who would read it stands there."""
    page = await offices.page(agency, form, officer)
    shown = re.search(r'name="shown" value="([^"]*)"', page)
    answers = {"form_id": id, "shown": shown.group(1) if shown else "", "naked": "no"}
    await offices.send_file(agency, form, answers, (paper.name, drawn(paper)), officer)
