"""The first way, by clicking, on a real bus: an inspector reports, agencies are invited, one declines, the joint action starts and ends. A
long run, tried one day in five: what it is made of is tried every day (`test_whole_way`, `test_long_stories`, the journeys). One time it
is with script, the next without; without it is looked at at one width, the next time at the other. With --long both at both."""

import pytest

from tests.browser.officers import WIDTHS, Officer
from tests.turns import LONG_RUNS, by_turns, today

pytestmark = [pytest.mark.browser, pytest.mark.kafka]


def report(officer: Officer, needs: tuple[str, ...]) -> str:
    """A report is filed, step by step; the address of its case."""
    officer.click("Reports") if officer.javascript else officer.go("/reports")
    officer.click("Report a person who may be a victim")
    officer.click("Save and go on")
    assert "Danger right now: give an answer" in officer.text()
    page = officer.page
    page.get_by_role("group", name="Is anyone in danger right now?").get_by_label("No").check()
    officer.click("Save and go on")
    page.get_by_label("Adult", exact=True).check()
    officer.click("Save and go on")
    page.get_by_label("Help does not depend on speaking to the police").check()
    officer.click("Save and go on")
    page.get_by_role("group", name="Does the person consent").get_by_label("Yes").check()
    officer.click("Save and go on")
    officer.click("Save and go on")
    page.get_by_label("Forced labour", exact=True).check()
    officer.click("Save and go on")
    page.get_by_label("The employer holds passports").check()
    page.get_by_label("Excessive hours").check()
    officer.click("Save and go on")
    for need in needs:
        page.get_by_label(need, exact=True).check()
    officer.click("Save and go on")
    officer.click("Send the report")
    return page.url.rpartition("/")[2]


def take(officer: Officer) -> None:
    """Nobody has the case: it shows need and time, and one takes it."""
    assert "Nobody has this case yet" in officer.text()
    assert "Forced labour" not in officer.text()
    officer.click("Take this case")


def open_invitation(officer: Officer, need: str) -> None:
    """From the work list to what the agency may know."""
    officer.await_text("Invitations to answer", "/work")
    assert "due in" in officer.text()
    officer.page.get_by_role("link", name=need).first.click()
    officer.look()
    take(officer)
    officer.click(f"Answer: {need}")
    assert "is shown once you open the invitation" in officer.text()
    officer.click("Open this invitation")
    assert "What your agency may know of the person" in officer.text()


def finish_task(officer: Officer, need: str, begin: bool) -> None:
    """From the task list to the end of the task."""
    officer.await_text(need, "/tasks")
    officer.page.get_by_role("link", name=need).first.click()
    officer.look()
    if begin:
        officer.click("Begin this task")
        officer.go("/tasks")
        officer.page.get_by_role("link", name=need).first.click()
    officer.page.get_by_label("Done", exact=True).check()
    officer.click("Complete the task")


@pytest.mark.long_run(0)
@pytest.mark.turns("javascript")
@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_from_report_to_joint_action(browser, agencies, shots, javascript, pytestconfig):
    met, widths = set(), by_turns(WIDTHS, today() // LONG_RUNS // 2, javascript or pytestconfig.getoption("--long"))

    def at(agency: str, name: str) -> Officer:
        pictures = shots if javascript else None
        return Officer(browser, agencies(agency), name, met, javascript=javascript, shots=pictures, widths=widths)

    ines = at("rs-ir", "Ines")
    case = report(ines, ("Safety", "Legal help", "Health care"))
    assert "Who must move next" in ines.text()
    agencies("rs-czztlj")  # which invites the others, before anybody there looks

    petra = at("rs-pu-bg", "Petra")
    open_invitation(petra, "Safety")
    petra.click("Accept")
    zora = at("rs-zdr-bg", "Zora")
    open_invitation(zora, "Health care")
    zora.unfold("Decline, with a reason")
    zora.page.locator("form[action$='/decline']").get_by_label("No capacity").check()
    zora.click("Decline")
    nada = at("rs-ngo-pomoc", "Nada")
    open_invitation(nada, "Legal help")
    assert "Forced labour" in nada.text()
    nada.click("Accept")
    open_invitation(ines, "Wage claim")
    ines.click("Accept")

    jelena = at("rs-czztlj", "Jelena")
    jelena.await_text("Nobody has this case yet", f"/lead/{case}")
    take(jelena)
    jelena.await_text("Joint action under way", f"/lead/{case}")
    jelena.click("Way of the case")
    assert "No capacity" in jelena.text()
    zora.agency.stop()  # which is asked for nothing more
    jelena.go("/lead")
    jelena.go("/cases")

    finish_task(petra, "Safety", begin=True)
    finish_task(nada, "Legal help", begin=False)
    petra.go(f"/cases/{case}/request")
    finish_task(ines, "Wage claim", begin=False)
    ines.await_text("The joint action is completed.", f"/reports/{case}")
    ines.click("History")
    assert "NGO Legal and Psychological Help completed its task: Legal help" in ines.text()
    for officer in (ines, petra, nada, zora, jelena):
        officer.close()
