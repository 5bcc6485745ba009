"""What the statement of accessibility says: what was tested, each with the test that does it, and what was not."""

from shared.config.i18n import N_

TESTED = {
    N_(
        "The pages that the tests open in a browser, and what they say of a wrong answer, are looked at by axe with its rules for WCAG 2.2 "
        "AA: it finds nothing."
    ): "browser/officers.py",
    N_("None of them is wider than a telephone of 360 px, and pages are whole at four times their size."): "browser/test_theme.py",
    N_(
        "Colours have contrast enough by day and by night; where the machine forces its own, pictures keep theirs."
    ): "browser/test_theme.py",
    N_("Nothing moves where no motion is asked for."): "browser/test_theme.py",
    N_("Paper is light, and nothing on it is wider than the sheet."): "browser/test_theme.py",
    N_("The pages of a person, of a day and of documents are gone through by keyboard."): "browser/test_day_pages.py",
    N_("Reporting and leaving work without script."): "browser/test_nothing_vanishes.py",
    N_("Each picture says the same as a table, and no state in it rests on colour alone."): "shared/web/drawing/test_drawings.py",
    N_("Each page says its language and direction; one that is invented is written from right to left."): (
        "browser/test_pages_in_languages.py"
    ),
}
"""What → the file below `tests/` that looks at it."""
NOT_TESTED = (
    N_("Nobody who lives with a disability has used these pages, and no expert has gone through them."),
    N_("No screen reader, braille display or voice control was tried: axe sees names and roles, and not how it is to listen to them."),
    N_("Chromium alone was used: neither Firefox nor Safari, and no real telephone."),
    N_("Programs find a part of what keeps people out. What they cannot find, nobody has looked for."),
    N_("Copies and letters as PDF were not tested."),
    N_("Whether the words are plain was tried with no reader, and no native speaker has read the translations."),
)
