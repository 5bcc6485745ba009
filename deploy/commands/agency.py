"""The commands of `./nrm agency`, and those beside it for who looks after an installation: `doctor`, `upgrade`."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands import coordinator, joining
from deploy.commands.options import EIGHT, Patience, console
from deploy.installation.envfile import EnvFile
from deploy.language_choice import translate

app = typer.Typer(help="An agency's own installation: make it, admit it, back it up, restore it.", no_args_is_help=True)


for command in (
    joining.init, joining.admit, coordinator.coordinate, coordinator.check, coordinator.rotate, coordinator.listing, coordinator.prune,
    coordinator.revoke, coordinator.leave, coordinator.announce,
):  # fmt: skip
    app.command()(command)


@app.command()
def backup(
    to: Annotated[Path, typer.Option(help="Folder that keeps the backups; each is a folder in it.")],
    env_file: EnvFile = None,
) -> None:
    """Copy the databases while the services run. Settings and keys are not in it, and without its keystore nobody can read it."""
    from deploy.backup.backup import backup
    from deploy.installation.installed import installed

    here = installed()
    place = backup(here.settings.agency, here.urls(), to)
    console.print(
        f"{place}\n" + translate("now copy the keystore elsewhere: %(command)s", command="./nrm agency keystore --to DIR --env-file …"),
        markup=False,
        soft_wrap=True,
    )
    then = f"./nrm agency rehearse {place} --keystore DIR/… --env-file …"
    console.print(translate("and see that both can be restored: %(command)s", command=then), markup=False, soft_wrap=True)


@app.command()
def restore(
    place: Annotated[Path, typer.Argument(help="A backup's folder.")],
    replace: Annotated[bool, typer.Option("--replace", help="Over databases that are there; these are kept aside.")] = False,
    keystore: Annotated[Path | None, typer.Option(help="A copy of the keystore, to be put back too where there is none.")] = None,
    env_file: EnvFile = None,
) -> None:
    """Put a backup's databases in their place, the services being stopped. Started again they learn the rest from the log."""
    from deploy.backup.keystores import put_back
    from deploy.backup.restore import restore
    from deploy.installation.installed import installed

    here = installed()
    for name in put_back(here.settings, keystore) if keystore else ():
        console.print(translate("%(name)s: put back", name=name), markup=False, soft_wrap=True)
    for sentence in restore(here.settings.agency, here.urls(), place, replace=replace):
        console.print(sentence, markup=False, soft_wrap=True)
    console.print(translate("start the services: they first read from the log what they had said themselves, then go on"))


@app.command()
def rehearse(
    place: Annotated[Path, typer.Argument(help="A backup's folder.")],
    keystore: Annotated[Path | None, typer.Option(help="A copy of the keystore: whether it opens what the databases hold.")] = None,
    env_file: EnvFile = None,
) -> None:
    """Restore a backup into a scratch place and look whether it opens, migrates and holds together. Touches nothing that runs."""
    from deploy.backup.rehearsal import rehearse, report
    from deploy.installation.installed import scratch_server

    raise typer.Exit(report(place, rehearse(place, scratch_server(), keystore), console, keystore))


@app.command()
def keystore(
    to: Annotated[Path | None, typer.Option(help="Folder of another custodian than the databases'; the last two copies stay.")] = None,
    lost: Annotated[bool, typer.Option("--lost", help="The keystore is lost for good: go on without what it opened.")] = False,
    env_file: EnvFile = None,
) -> None:
    """Copy the keystore and its master key while the services run, after the databases. Never beside their backups."""
    from deploy.backup.keystores import give_up, keep
    from deploy.installation.installed import installed

    here = installed()
    if lost:
        typer.confirm(
            translate("What the databases hold of people was closed under that keystore and stays closed for ever. Go on?"), abort=True
        )
        console.print(give_up(here.urls()), soft_wrap=True)
    elif to is None:
        raise typer.BadParameter(translate("say where the copy goes (--to)"))
    else:
        console.print(str(keep(here.settings, list(here.urls()), to)), markup=False, soft_wrap=True)


Case = Annotated[str, typer.Argument(metavar="CASE", help="The full id of a case.")]
Officer = Annotated[str, typer.Option("--by", help="Id of the officer who decides this.")]
Proceedings = Annotated[str, typer.Option(help="The proceedings for which it is held: their number, and before whom.")]
Reason = Annotated[str, typer.Option(help="Why; a digest of it stays on the record. Name no person.")]


@app.command()
def erase(
    case: Case,
    by: Officer,
    reason: Reason,
    classes: Annotated[
        list[str] | None, typer.Option("--class", help="This data class alone (D1, D2, …); may be named several times.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether the consequences are understood.")] = False,
    no: Annotated[bool, typer.Option("--refuse", help="Say no to what waits for a second officer, or take it back.")] = False,
    env_file: EnvFile = None,
) -> None:
    """Destroy what this agency keeps of the person of a case, for good; its bare course stays. Asked again it says how far that is.
    Where the country asks for a second officer, it waits until one asks for the same."""
    from deploy.backup.erasure import CONSEQUENCES, erase, refuse
    from deploy.installation.installed import installed

    here = installed()
    if no:
        console.print(refuse(here.settings, here.urls(), case, by, reason), markup=False, soft_wrap=True)
        return
    for line in CONSEQUENCES:
        console.print(f"- {translate(line)}", soft_wrap=True)
    if not yes:
        typer.confirm(translate("Erase %(case)s?", case=case), abort=True)
    for sentence in erase(here.settings, here.urls(), case, by, reason, classes or ()):
        console.print(sentence, markup=False, soft_wrap=True)


@app.command("subject-access")
def subject_access(
    case: Case,
    by: Annotated[str, typer.Option("--by", help="Id of the officer who does this.")],
    identity: Annotated[
        str | None,
        typer.Option(
            help="Write the request down: how it was checked who asks (document, known, representative). Only if the person is alone."
        ),
    ] = None,
    to: Annotated[Path | None, typer.Option(help="Folder for the copy, once a second officer has released it; it is written once.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="The person was asked alone whether anybody made them ask, and said no.")] = False,
    env_file: EnvFile = None,
) -> None:
    """A person asks for a copy of all that this agency holds of them: write it down, say how far it is, or write the released copy out to
    hand it over in person."""
    from deploy.backup.subject_access import subject_access
    from deploy.installation.installed import installed

    if identity and not yes:
        typer.confirm(
            translate("Was the person asked alone whether anybody is with them or made them ask, and did they say no?"), abort=True
        )
    here = installed()
    for sentence in subject_access(here.settings, here.urls(), case, by, identity, to):
        console.print(sentence, markup=False, soft_wrap=True)


@app.command("resend-statistics")
def resend_statistics(by: Officer, env_file: EnvFile = None) -> None:
    """Have this lead's statistical records go out once more: reporting has lost its journal, or was listed late. None is counted twice."""
    from deploy.databases.resend import resend
    from deploy.installation.installed import installed

    console.print(resend(installed().urls(), by), markup=False, soft_wrap=True)


@app.command()
def hold(case: Case, by: Officer, reason: Reason, proceedings: Proceedings = "", env_file: EnvFile = None) -> None:
    """A legal hold: the case is not erased here until it is released. It counts at once. Who holds it for proceedings names them."""
    from deploy.backup.erasure import hold
    from deploy.installation.installed import installed

    here = installed()
    console.print(hold(here.settings, here.urls(), case, by, reason, proceedings), markup=False, soft_wrap=True)


@app.command()
def release(case: Case, by: Officer, reason: Reason, env_file: EnvFile = None) -> None:
    """End a legal hold."""
    from deploy.backup.erasure import release
    from deploy.installation.installed import installed

    here = installed()
    console.print(release(here.settings, here.urls(), case, by, reason), markup=False, soft_wrap=True)


def doctor(patience: Patience = EIGHT, env_file: EnvFile = None) -> None:
    """Look at everything that an agency's installation needs: green, yellow, red, and what to do. Fails when anything is red."""
    from deploy.doctor.command import run

    raise typer.Exit(run(console, patience))


def upgrade(
    revision: Annotated[str, typer.Option("--from", help="The older release, as git names it.")],
    cases: Annotated[int, typer.Option(help="Cases to play meanwhile.")] = 40,
    keep: Annotated[Path | None, typer.Option(help="Where to leave databases and Kafka's data; nothing is left without it.")] = None,
) -> None:
    """Run half of the agencies on an older release, upgrade one after the other while cases are played, then account for every decision."""
    from deploy.proving.upgrade import run

    raise typer.Exit(run(revision, cases, keep, console))
