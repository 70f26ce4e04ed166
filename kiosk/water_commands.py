"""The commands about the water company's registry: `asan-kiosk water …`."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.command import Failed, configured, say
from kiosk.settings import Settings


@click.group()
def water() -> None:
    """Fill the water company's registry."""


@water.command("import")
@configured
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
def water_import(settings: Settings, sources: tuple[Path, ...]) -> None:
    """Load subscribers, bills and payments from FILES or a folder of them.

    Files are told by their names: subscribers.csv, invoices.csv, payments.csv (docs/registry.md). All rows are checked
    first: when one is bad, every bad one is listed with its line and reason, and nothing is changed. The same files
    again change nothing; a payment counts once by its receipt.
    """
    from kiosk.place import place
    from kiosk.water.registry_import import BadRegistry, load

    at = place(settings)
    try:
        loaded = load(at, sources, lambda problem: click.echo(str(problem), err=True))
    except BadRegistry as error:
        raise Failed(str(error)) from None
    finally:
        at.database.close()
    say(
        f"new or changed: {loaded.subscribers} subscribers, {loaded.invoices} invoices; new: {loaded.payments} payments"
    )


@water.command("example")
@configured
@click.argument("count", type=click.IntRange(1, 5_000_000))
@click.option(
    "--months", default=36, show_default=True, type=click.IntRange(1, 120), help="Months of bills for each of them."
)
def water_example(settings: Settings, count: int, months: int) -> None:
    """Invent subscribers with bills and payments until there are COUNT.

    Only for a database that holds example data already; a production station refuses such a database.
    """
    from kiosk.place import place
    from kiosk.water.example_water import load_example

    at = place(settings)
    try:
        loaded = load_example(at, count, months)
    finally:
        at.database.close()
    if loaded is None:
        say(f"{count} invented subscribers or more are there already")
    else:
        say(f"{loaded.subscribers} subscribers are new, with {loaded.invoices} invoices; all of them are invented")
