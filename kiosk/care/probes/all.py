"""Every probe there is, in the order of the page of health."""

from __future__ import annotations

from kiosk.care.probes import certificates, devices, machine, readers, storage, water
from kiosk.care.probes.scene import Probe


def every_probe() -> tuple[Probe, ...]:
    """The probes, anew for each page of health: the one of the readers remembers what it saw."""
    return (
        Probe("settings", storage.settings),
        Probe("database", storage.database),
        Probe("clock", storage.clock, needs_tables=True),
        Probe("reference_data", storage.reference_data, needs_tables=True),
        Probe("calendar", storage.calendar, needs_tables=True),
        Probe("signing_key", storage.signing_key),
        Probe("secrets", storage.secrets),
        Probe("outbox", storage.outbox, needs_tables=True),
        Probe("sms", storage.sms, needs_tables=True),
        Probe("sessions", storage.sessions, needs_tables=True),
        Probe("audit", storage.audit, needs_tables=True),
        Probe("closing", storage.closing, needs_tables=True),
        Probe("printer", devices.printer),
        Probe("scanner", devices.scanner),
        Probe("payment_terminal", water.payment_terminal),
        Probe("registry", water.registry, needs_tables=True),
        Probe("web", water.web),
        Probe("reader_service", readers.Readers().look),
        Probe("pkcs11", readers.modules),
        Probe("trust", certificates.trust),
        Probe("disk", machine.disk),
        Probe("memory", machine.memory),
        Probe("temperature", machine.temperature),
        Probe("versions", machine.versions),
    )
