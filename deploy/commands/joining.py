"""The commands by which an agency comes: `./nrm agency init` at the agency, `admit` at the operator of the bus and at the coordinator."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.coordinator import FOUR, Partitions, confirmed, say
from deploy.commands.options import CountryFile, Patience, Tls
from deploy.language_choice import translate
from deploy.trouble import Trouble
from shared.config.i18n import N_
from shared.protocol.vocabulary import AgencyKind

if TYPE_CHECKING:
    from shared.crypto.directory import ListedAgency


def init(
    agency: Annotated[str, typer.Argument(help="Id of the agency, as its country file has it.")],
    bus: Annotated[str, typer.Option(help="Kafka's addresses, HOST:PORT, several separated by commas.")],
    country: CountryFile = Path("serbia"),
    folder: Annotated[Path | None, typer.Option(help="The agency's folder.", show_default="its id, here")] = None,
    port: Annotated[int, typer.Option(help="Port of its first service's pages; the others follow.")] = 8000,
    root: Annotated[str, typer.Option(help="The coordinator's root key, 64 hex digits, as told by phone.")] = "",
    name: Annotated[str, typer.Option(help="Its name, where the country file does not list it yet.")] = "",
    kind: Annotated[AgencyKind | None, typer.Option(help="Its kind, where the country file does not list it yet.")] = None,
    databases: Annotated[str, typer.Option(help="URL of its PostgreSQL, with {service} in it; SQLite without.")] = "",
    tls: Annotated[
        bool | None, typer.Option("--tls/--no-tls", help="Whether the bus speaks TLS.", show_default="unless it is on this machine")
    ] = None,
) -> None:
    """Write settings, key, signing request, systemd units and a compose file. What is there already stays as it is."""
    from deploy.directory.request import fingerprint
    from deploy.installation.folder import InstallationPlan, init
    from deploy.process.file_names import CSR, ENV, REQUEST

    described = _described(agency, name, kind)
    plan = InstallationPlan(agency, country, bus, folder or Path(agency), port, root, described, databases, tls)
    for step in init(plan):
        say(str(step))
    if os.getuid() == 0:
        say(translate("note: made by root, so units and containers run as root; better make a user of its own and run this as that user"))
    place, keys = plan.folder, plan.folder / "keys"
    steps = [f"./nrm doctor --env-file {place / ENV}", f"./nrm serve --env-file {place / ENV}"]
    if (keys / REQUEST).exists():
        words = N_(
            "send %(file)s to the coordinator, compare by phone %(fingerprint)s; lay the directory.json that comes back beside it, and set "
            "NRM_ROOT to what you are told by phone"
        )
        if root:
            words = N_(
                "send %(file)s to the coordinator, compare by phone %(fingerprint)s; lay the directory.json that comes back beside it"
            )
        steps.insert(0, translate(words, file=keys / REQUEST, fingerprint=fingerprint(keys / REQUEST)))
    if plan.guarded:
        words = N_(
            "send %(files)s to the operator of the bus, compare by phone %(fingerprint)s; lay the cert.pem and ca.pem that come back "
            "beside it"
        )
        files = f"{keys / CSR}, {REQUEST}" if described else keys / CSR
        steps.insert(0, translate(words, files=files, fingerprint=fingerprint(keys / CSR)))
    say(translate("next:") + "".join(f"\n  {n}. {step}" for n, step in enumerate(steps, 1)))


def _described(agency: str, name: str, kind: AgencyKind | None) -> "ListedAgency | None":
    from pydantic import ValidationError

    from deploy.brokers.access import COORDINATOR
    from deploy.installation.admission import ANYBODY, everybody
    from shared.crypto.directory import ListedAgency

    if bool(name) != bool(kind):
        raise Trouble("An agency that the country file does not list yet gives both, --name and --kind.")
    if everybody(agency) or agency == COORDINATOR:
        raise Trouble("%(agency)s has another meaning on the bus; no agency can be called so.", agency=agency)
    try:
        return ListedAgency(id=agency, name=name, kind=kind, services=ANYBODY) if kind else None
    except ValidationError:
        raise Trouble(
            "%(agency)s cannot be the id of an agency: small letters, digits and hyphens, like rs-ngo-name.", agency=agency
        ) from None


def admit(
    agency: Annotated[str, typer.Argument(help="Id of the agency; `coordinator` for the coordinator itself (--csr).")],
    csr: Annotated[Path | None, typer.Option(help="Its signing request, as `agency init` wrote it.")] = None,
    cluster: Annotated[Path | None, typer.Option(help="Folder of the cluster, with the authority in `certificates`.")] = None,
    request: Annotated[Path | None, typer.Option(help="Its request to be listed, as `agency init` or `rotate` wrote it.")] = None,
    coordinator: Annotated[Path | None, typer.Option(help="The coordinator's folder, with root.key and directory.json.")] = None,
    partitions: Partitions = FOUR,
    yes: Annotated[bool, typer.Option("--yes", help="The fingerprint was compared: do not ask.")] = False,
    country: CountryFile = Path("serbia"),
    tls: Tls = None,
    bus: Annotated[str | None, typer.Option(help="The brokers' addresses.", show_default="as the folder says")] = None,
    to: Annotated[
        Path | None, typer.Option(help="Where the answer goes.", show_default="`admitted/ID` in the cluster's or coordinator's folder")
    ] = None,
    patience: Patience = 10.0,
) -> None:
    """For the operator of the bus (--csr, --cluster): let an agency in. For the coordinator (--request, --coordinator): list its keys."""
    from deploy.commands.coordinator import list_agency
    from deploy.directory.request import read
    from deploy.installation.admission import admit

    if not (csr and cluster) and not (request and coordinator):
        raise Trouble("Give --csr and --cluster to let it onto the bus, --request and --coordinator to list its keys, or all four.")
    if csr and cluster:
        listed = read(request, None).agency.as_agency() if request else None
        confirmed(csr, yes=yes)
        folder = admit(agency, csr, cluster, country, bus, to, listed, patience)
        say(translate("%(agency)s may use the bus; send it cert.pem and ca.pem of %(folder)s", agency=agency, folder=folder))
    if request and coordinator:
        list_agency(agency, request, coordinator, bus, tls, to or coordinator / "admitted" / agency, cluster, partitions, yes=yes)
