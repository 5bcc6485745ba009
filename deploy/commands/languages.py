"""`./nrm languages`: the catalogues of the pages, for who writes a text and for who translates it."""

from typing import Annotated

import typer

languages = typer.Typer(help="The languages of the pages: their catalogues, and what is missing in them.", no_args_is_help=True)


@languages.command()
def update() -> None:
    """Bring each catalogue in step with the code: new texts come in empty, those that nobody shows any more go out."""
    from deploy.dev.checks import ROOT
    from deploy.dev.languages import extraction
    from deploy.dev.languages.faults import is_missing

    for path, words in extraction.update(ROOT):
        missing = sum(is_missing(message, words.num_plurals) for message in words if message.id)
        typer.echo(f"{path.relative_to(ROOT)}: {len(words)} texts, {missing} to be translated")


@languages.command()
def check() -> None:
    """What a reader would stumble over: a text that is not marked or not translated, a placeholder or tag that differs."""
    from deploy.dev.checks import ROOT
    from deploy.dev.languages.faults import faults

    found = list(faults(ROOT))
    for said in found:
        typer.echo(said)
    raise typer.Exit(1 if found else 0)


@languages.command()
def terms(
    language: Annotated[str, typer.Argument(help="Whose terms: `sr-Latn`, `fi`, `sv` …")],
    all: Annotated[bool, typer.Option("--all", help="Sentences too.")] = False,
) -> None:
    """A language's terms beside the English ones, as a table (Markdown) for a native speaker who reads them through."""
    from deploy.dev.checks import ROOT
    from deploy.dev.languages.terms import terms

    typer.echo("| English | " + language + " | where |\n|---|---|---|")
    for term in terms(ROOT, language, all):
        typer.echo("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in term) + " |")
