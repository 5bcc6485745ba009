"""The directory in words, for its coordinator and for who looks after an agency."""

from collections.abc import Iterator

from deploy.language_choice import translate
from shared.config.i18n import N_
from shared.crypto.directory import Directory, ListedInstance
from shared.crypto.protocols_read import holding_back, opens_under
from shared.protocol.versions import NEWEST


def overview(directory: Directory) -> Iterator[str]:
    """Each listed agency with its instances, what each reads and who is revoked or leaving; last, which protocol cases are opened under."""
    for agency in directory.agencies:
        yield f"{agency.id}, “{agency.name}”, {agency.kind.value}" + (translate(", leaving") if agency.leaving else "")
        for one in directory.instances:
            if one.id.partition(".")[2] == agency.id:
                yield _reads(one, revoked=directory.revoked(one.id))
    yield in_words(directory)


def in_words(directory: Directory) -> str:
    """Which protocol cases are opened under, and who holds the country back at an older one."""
    behind = holding_back(directory)
    if not behind:
        return translate("cases are opened under protocol %(protocol)s", protocol=opens_under(directory))
    one, more = (
        N_("cases are opened under protocol %(protocol)s: %(behind)s does not read %(newest)s yet"),
        N_("cases are opened under protocol %(protocol)s: %(behind)s do not read %(newest)s yet"),
    )
    said = one if len(behind) == 1 else more
    return translate(said, protocol=opens_under(directory), behind=", ".join(behind), newest=NEWEST)


def _reads(one: ListedInstance, *, revoked: bool) -> str:
    if revoked:
        return translate("  %(instance)s reads protocol %(protocol)s, revoked", instance=one.id, protocol=one.reads)
    return translate("  %(instance)s reads protocol %(protocol)s", instance=one.id, protocol=one.reads)
