"""Documents in plain words: why a file is not taken, and every rule about documents that a request can break."""

from shared.config.i18n import N_

OF_DOCUMENTS: dict[str, tuple[int, str]] = {
    "statement-document": (422, N_("A document is not written but attached: on the page of documents, as a file.")),
    "document-none": (404, N_("There is no such document here, or your agency may not read it.")),
    "document-not-whole": (
        409,
        N_("Not all pieces of this document are here yet. The page of the document says how many are, and what to do."),
    ),
    "document-not-looked-at": (409, N_("This kind of file cannot be shown on a page. It can be taken out, with a reason.")),
    "document-missing": (422, N_("Choose a file.")),
    "document-answer": (422, N_("Say whether it shows anybody naked, or a sexual act.")),
    "document-sexual": (
        422,
        N_(
            "Such a picture is evidence, and sending it on may be an offence, of a child always. It was not taken, and nothing of it is "
            "kept here. Do not copy or forward it: leave it where it is, and call the police, who secure it by their own procedure."
        ),
    ),
    "document-readers": (422, N_("Somebody else would read this by now than you were shown. Look who will read it, then send it.")),
    "document-too-many": (
        422,
        N_("This case has as many documents as a case may have: 60, or 300 MB of them. Take back what is not needed any more, first."),
    ),
    "document-no-room": (
        503,
        N_("There is no room for documents on this machine now. Nothing was taken. Whoever looks after it here must make room."),
    ),
    "document-no-scanner": (
        503,
        N_("Documents are not taken here: no scanner looks through them. Whoever looks after this machine sets one by NRM_SCANNER."),
    ),
    "document-scanner-away": (503, N_("The scanner of viruses gives no answer, so nothing was taken. Try again in a few minutes.")),
    "document-infected": (
        422,
        N_("The scanner found a virus in this file. It was not taken, and nothing of it is kept. Tell whoever looks after your devices."),
    ),
    "document-empty": (422, N_("This file is empty. Choose another one.")),
    "document-too-large": (422, N_("This file is larger than 25 MB. Take a smaller picture, or divide it.")),
    "document-unknown": (
        422,
        N_("This kind of file is not taken. Send a picture (JPEG, PNG or WebP), a PDF, or an office file (such as docx, xlsx or odt)."),
    ),
    "document-active": (
        422,
        N_("Drawings with program text (SVG), web pages, scripts and programs are not taken. Send a picture or a PDF of it."),
    ),
    "document-old-office": (
        422,
        N_("Office files of the old kind (doc, xls, ppt) are not taken. Save it as docx, xlsx, pptx or PDF first."),
    ),
    "document-heic": (422, N_("Pictures of the kind HEIC are not taken. Save it as JPEG on the telephone first, and send that.")),
    "document-damaged": (
        422,
        N_("This file is damaged, or is not what it says. Open it where it comes from, save it anew, and send that."),
    ),
    "document-too-many-points": (422, N_("This picture has more than 50 million points. Save it smaller, and send that.")),
    "document-runs": (
        422,
        N_("There is a program, another file or an address to fetch from in this file. Save it without that, or as a picture."),
    ),
    "document-bomb": (422, N_("This file unpacks to far more than it seems to hold. Save it anew, or send a picture of it.")),
    "document-locked": (422, N_("This file is locked with a password. Save it without one: it is sealed on its way in any case.")),
    "document-too-hard": (422, N_("This file could not be read in the time and memory that one file may take. Save it anew, or smaller.")),
}
"""Code → HTTP's status, and what it means and what to do."""
LABELS = {"file": N_("File"), "kind": N_("What it is"), "naked": N_("What it shows"), "words": N_("Reason")}
