"""The last form of each officer: known for two minutes; several that come at once are done one after the other, until one is done."""

import asyncio

from shared.access.last_forms import WITHIN, LastForms


async def test_a_form_is_known_for_two_minutes_and_until_another_comes() -> None:
    at = 1_000_000
    forms = LastForms(lambda: at)
    forms.begin("ana", b"one").answered(303, "/there")
    at += WITHIN - 1
    assert (await forms.led_to("ana", b"one"), await forms.led_to("boris", b"one")) == ("/there", "")
    at += 1
    assert not await forms.led_to("ana", b"one")
    forms.begin("ana", b"one").answered(303, "/there")
    forms.begin("ana", b"two").answered(422)
    assert (await forms.led_to("ana", b"one"), await forms.led_to("ana", b"two")) == ("", "")


async def test_of_three_at_once_one_is_at_work_at_a_time_and_what_is_done_is_not_done_again() -> None:
    forms, at_work, most, done = LastForms(lambda: 0), 0, 0, list[str]()

    async def sends(fails: bool) -> str:
        nonlocal at_work, most
        if address := await forms.led_to("ana", b"one"):
            return address
        mine = forms.begin("ana", b"one")
        at_work += 1
        most = max(most, at_work)
        for _ in range(5):
            await asyncio.sleep(0)
        at_work -= 1
        done.append("failed" if fails else "done")
        mine.answered(500 if fails else 303, "/there")
        return ""

    led = await asyncio.gather(*(sends(fails) for fails in (True, False, False, False)))
    assert (most, done, led) == (1, ["failed", "done"], ["", "", "/there", "/there"])
