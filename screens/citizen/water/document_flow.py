"""One document from where it is to the application: chosen, checked, looked at, taken (W9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.citizen.step import Next, Notice
from screens.citizen.telling import Chosen
from screens.citizen.water.phone_upload import PhoneUploadScreen
from screens.citizen.water.preview import DocumentPreviewScreen
from screens.citizen.water.source import SourceScreen
from screens.citizen.water.stick_files import StickFilesScreen, Taken

if TYPE_CHECKING:
    from kiosk.water.facts import DocumentRole
    from screens.app import KioskApp
    from screens.citizen.wizard import Stage


async def add_document(app: KioskApp, stage: Stage, role: DocumentRole) -> None:
    """Until one is taken, or the person goes back; the one that was there stays until then."""
    notice: Notice | None = None
    while True:
        source = await stage.show(SourceScreen(role, notice))
        notice = None
        if not isinstance(source, Chosen):
            return
        while True:
            chooser = StickFilesScreen(role) if source.name == "stick" else PhoneUploadScreen(role)
            found = await stage.show(chooser)
            if not isinstance(found, Taken):
                if source.name == "stick" and not app.station.water.sticks.sight:
                    notice = Notice("document.stick_gone", "warning")
                break
            if isinstance(await stage.show(DocumentPreviewScreen(role, found.document)), Next):
                app.session.water.documents[role] = found.document
                app.session.water.declared = False
                return
