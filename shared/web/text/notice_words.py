"""What a notice says, in its reader's language: the same of every case, so that whoever reads along learns of none."""

from collections.abc import Sequence

from shared.config.i18n import N_
from shared.messaging.notice_mail import NoticeWords
from shared.web.text.languages import LANGUAGES, Language, chosen, translations

SOMETHING = N_("Something needs you in NRM")
CODE_SUBJECT = N_("Your code for notices from NRM")
CODE = N_("Write this code on the page where you asked for it: %(code)s")
OF_NOTICES = {
    "notice-quiet": (422, N_("Give both times as hours and minutes, such as 20:00 and 07:00. The same time twice is no quiet hours.")),
    "notice-mail": (422, N_("Write an e-mail address, such as name@example.org.")),
    "notice-phone": (422, N_("Nobody can be called there; write the number with the code of its country, such as +381 60 1234567.")),
    "notice-too-many-codes": (429, N_("Five codes have gone out within the hour. Look for the last one, or try again later.")),
    "notice-code-wrong": (422, N_("This is not the code that was sent. Look at it again; after five wrong ones a new code is needed.")),
    "notice-code-over": (422, N_("This code counts no more, or none was asked for. Give the address again, and a new one is sent.")),
    "notice-pace": (422, N_("Choose when you want to be told.")),
    "notice-language": (422, N_("Choose one of the languages offered.")),
    "no-notices": (404, N_("Your agency sends no notices. Whoever looks after this machine sets NRM_SMTP or NRM_NOTICE_HOOK.")),
}
"""Code → status of HTTP, and words."""


def notice_words(language: str, code: str, link: str, languages: Sequence[Language] = LANGUAGES) -> NoticeWords:
    """The words in this language, or the nearest that the pages have."""
    reader = chosen(language, "", languages)
    say = translations(reader).gettext
    if code:
        return NoticeWords(say(CODE_SUBJECT), (say(CODE) % {"code": code},), reader.tag)
    return NoticeWords(say(SOMETHING), (say(SOMETHING), *([link] if link else [])), reader.tag)
