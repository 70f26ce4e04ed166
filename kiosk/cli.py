"""The command `asan-kiosk`: reads kiosk.toml, builds the station, opens a face or does one job."""

from __future__ import annotations

import logging
import shlex
import sys
from pathlib import Path
from typing import Any

import click

from kiosk.card_commands import card
from kiosk.command import Failed, configured, log_to, say
from kiosk.figures_command import figures
from kiosk.settings import Settings
from kiosk.water_commands import water


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="asan-kiosk", message="%(version)s")
def commands() -> None:
    """Book an hour at an ASAN service centre, and arrive with its order code.

    Start with `kiosk` (the citizens' screen), `counter` (the operators' screen) or `board` (the hall's). On one machine
    nothing has to be prepared: the database is made at the first start. `COMMAND --help` explains each command.
    """


@commands.command()
@configured
def kiosk(settings: Settings) -> None:
    """Open the citizens' screen.

    Runs until the machine stops it (SIGTERM); no key leaves it.
    """
    _face(settings, "citizen")


@commands.command()
@configured
def counter(settings: Settings) -> None:
    """Open the operators' screen: sign in, activate bookings by code.

    Runs until the machine stops it (SIGTERM); F12 signs out.
    """
    _face(settings, "counter")


@commands.command()
@configured
def board(settings: Settings) -> None:
    """Open the hall board: the tickets that are called now, and their counters.

    It takes no input and needs no card reader; [board] in kiosk.toml sets chime and speech. Runs until the machine
    stops it (SIGTERM).
    """
    _face(settings, "board")


def _face(settings: Settings, face: Any) -> None:
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise Failed("a face needs a terminal")
    from screens.start import run_face

    log_to(settings)

    def station() -> Any:
        from kiosk.place import place
        from kiosk.preparing import prepare
        from kiosk.station import Station

        at = place(settings)
        try:
            prepare(at, logging.getLogger("kiosk").info)
        finally:
            at.database.close()
        made = Station(settings)
        if face != "board":  # which only looks
            made.start()
            made.open_cards()
        made.stations.begin("kiosk" if face == "citizen" else face)
        return made

    sys.exit(run_face(face, settings, station, type_command=shlex.split(settings.face.type_command)))


@commands.command()
@configured
def batch(settings: Settings) -> None:
    """Answer requests from other programs: JSON Lines on stdin, answers on stdout.

    One request a line, one answer a line, in order; docs/batch.md lists them. Ends with its input.
    """
    from kiosk.batch.loop import Batch
    from kiosk.place import place
    from kiosk.preparing import prepare
    from kiosk.station import Station

    log_to(settings)
    at = place(settings)
    try:
        prepare(at, say)
    finally:
        at.database.close()
    station = Station(settings)
    if not settings.clock.settable:
        station.start()
    try:
        Batch(station).run(sys.stdin.buffer, sys.stdout.buffer)
        if station.carries:
            station.outbox.run_due()
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our answers has gone, and a complaint would reach nobody
    finally:
        station.close()


@commands.command()
@configured
def web(settings: Settings) -> None:
    """Serve what citizens' phones and payment services reach: uploads, e-gov identity, certificate checks.

    Runs until it is stopped (SIGTERM); SIGHUP reads a renewed certificate. [web] in kiosk.toml says where it listens;
    docs/operating.md tells how it stands behind a proxy.
    """
    from kiosk.web.server import serve

    log_to(settings)
    serve(settings, say)


@commands.command()
@configured
def carry(settings: Settings) -> None:
    """Carry letters and short messages, and tell people whose holds ran out, where no counter is running.

    Runs until it is stopped (SIGTERM). With PostgreSQL kiosks write letters and may not read them; every running
    counter carries them, and so does this. Its login is a counter's.
    """
    from kiosk.post.carrying import carry as carry_letters

    log_to(settings)
    carry_letters(settings, say)


@commands.command()
@configured
def init(settings: Settings) -> None:
    """Make the database ready: tables, signing key, centres and services.

    Brings an older database to this version (SQLite is backed up first). What is there already stays; doing it twice
    does nothing the second time. On PostgreSQL run it as the owner of the database, before any station starts.
    """
    from kiosk.place import place
    from kiosk.preparing import initialise

    at = place(settings)
    try:
        initialise(at, say)
    finally:
        at.database.close()


@commands.command("import")
@configured
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
def import_(settings: Settings, sources: tuple[Path, ...]) -> None:
    """Load centres, services, hours and closures, or lists of the water company's forms, from FILES or a folder.

    Files are told by their names (centres.csv, services.csv, offers.csv, hours.csv, closures.csv …; for the forms
    districts.csv, places.csv, application_reasons.csv); a file that is not given stays as it is in the database. All
    rows are checked first: when one is bad, every bad one is listed with its line and reason, and nothing is changed.
    Running stations follow by themselves.
    """
    from kiosk.place import place
    from kiosk.preparing import import_reference

    at = place(settings)
    try:
        say(import_reference(at, sources))
    finally:
        at.database.close()


@commands.group()
def staff() -> None:
    """Enrol the people who work at the counters."""


@staff.command("add")
@configured
@click.argument("name")
@click.option(
    "--role",
    default="operator",
    show_default=True,
    type=click.Choice(["operator", "supervisor", "technician", "administrator"]),
    help="What the person may do.",
)
@click.option("--display-name", help="The name shown on the screen. Default: NAME.")
@click.option("--may-accept-late", is_flag=True, help="The person may accept late arrivals with a reason.")
def staff_add(settings: Settings, name: str, role: Any, display_name: str | None, may_accept_late: bool) -> None:
    """Enrol NAME, who will sign in with it: 2 to 40 of a-z, 0-9, dot, hyphen, underscore.

    The password is asked for at the terminal, or read as one line from stdin; it never stands in the command.
    """
    from kiosk.identity.staff import ACCEPT_LATE
    from kiosk.station import Station

    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    rights = frozenset({ACCEPT_LATE}) if may_accept_late else frozenset()
    station = Station(settings)
    try:
        station.staff.add(name, display_name or name, role, rights, password)
    finally:
        station.close()
    say(f"{name} is enrolled as {role}")


@commands.command()
@configured
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
def backup(settings: Settings, file: Path | None) -> None:
    """Write a copy of the database to FILE, while it is in use.

    Default: a file with today's date beside the database (SQLite) or in the state folder (PostgreSQL, by pg_dump).
    The copy is checked before it gets its name. It holds personal data: only this user can read it.
    """
    from kiosk.care.backup import back_up
    from kiosk.place import place

    at = place(settings)
    try:
        click.echo(back_up(at.database, file))
    finally:
        at.database.close()


@commands.command()
@configured
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask: what is in the database now is replaced.")
def restore(settings: Settings, file: Path, yes: bool) -> None:
    """Put the copy in FILE in the place of the database, all of it or nothing.

    What is in the database now is backed up first. Running stations go on with the restored data.
    """
    from kiosk.care.backup import restore as put_back
    from kiosk.place import place

    if not yes:
        click.confirm("Replace everything in the database?", abort=True, err=True)
    at = place(settings)
    try:
        say(f"restored; what was there before is in {put_back(at.database, file)}")
    finally:
        at.database.close()


@commands.command()
@configured
def purge(settings: Settings) -> None:
    """Delete personal data, letters and logs that are older than [purge] in kiosk.toml says.

    Tells what it deleted. Meant to run each night.
    """
    from kiosk.care.purge import purge as delete_old
    from kiosk.station import Station

    station = Station(settings)
    try:
        for what, count in delete_old(station).items():
            click.echo(f"{what}: {count}")
    finally:
        station.close()


@commands.command()
@configured
@click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")
@click.option(
    "--language", type=click.Choice(["az", "ru", "en"]), default="en", show_default=True, help="Of the texts."
)
def doctor(settings: Settings, as_json: bool, language: Any) -> None:
    """Check this station: settings, database, clock, keys, post, readers, cards, trust, printer, machine.

    Each line has a light (good, warning, fault, or not there), what was found and what to do. Ends with 0 when all is
    good, 1 with a warning, 2 with a fault. It works beside a running station, and without one.
    """
    from kiosk.care.doctor import as_lines, as_values, examine
    from kiosk.care.facts import exit_code

    findings = examine(settings)
    if as_json:
        click.echo(as_values(findings, language))
    else:
        for line in as_lines(findings, language):
            click.echo(line)
    sys.exit(exit_code(findings))


@commands.group()
def clock() -> None:
    """Mend the database's sense of time (SQLite)."""


@clock.command("reset")
@configured
def clock_reset(settings: Settings) -> None:
    """Let time go back to this machine's clock, after that clock was wrong and has been put right.

    On SQLite time never goes back by itself, so a machine that ran ahead once stays ahead; `doctor` shows it in red.
    The reset is written to the audit log.
    """
    from kiosk.care.clock_reset import reset
    from kiosk.station import Station

    station = Station(settings)
    try:
        say(f"the database's time is this machine's again; it was ahead by {reset(station)} seconds")
    finally:
        station.close()


@commands.group()
def key() -> None:
    """Make the keys that sign order QRs."""


@key.command("add")
@configured
def key_add(settings: Settings) -> None:
    """Make the next signing key; from its next start on a station signs with it.

    Older keys stay, to check the QRs they signed. docs/operating.md tells how keys are shared among stations.
    """
    from kiosk.booking.signing_keys import load_keys, make_key

    known = load_keys(settings.secrets_folder).checking
    number = max(known, default=0) + 1
    if number > 255:
        raise Failed("all 255 key numbers are used")
    say(f"made {make_key(settings.secrets_folder, number)}")


commands.add_command(card)
commands.add_command(figures)
commands.add_command(water)
