"""Nothing of a person stays at the kiosk when their visit to the water company's services is over (K1, K6)."""

from __future__ import annotations

import gc
import weakref
from typing import Any

from screens.citizen.first import FirstScreen
from screens.citizen.water.applications import new_consumer
from screens.citizen.water.phone_upload import PhoneUploadScreen
from screens.citizen.water.preview import DocumentPreviewScreen
from tests.screens.test_idle import holders, quiet_for
from tests.screens.water.applicants import BY_FIN, FakeFile
from tests.screens.water.filling import on_errand, to_the_documents, water

# Written backwards, so that neither this module's constants nor its bytecode hold them.
_BACKWARDS = ["fdp.eramdıvS", "ayevonavS", "7654321059 499+", "za.elpmaxe@navs", "A321 ve"]


def _words() -> list[str]:
    return [word[::-1] for word in _BACKWARDS]


async def test_no_object_holds_a_value_of_an_application_after_the_visit() -> None:
    """Names, contacts, a file's name, what the preview drew and the upload's address are gone after idle."""
    async with on_errand(new_consumer, BY_FIN) as (face, ended):
        file, surname, phone, email, house = _words()
        water(face).sticks.content = (FakeFile(file, 1_234_000),)
        await to_the_documents(face)
        session = face.app.session
        gone: list[weakref.ref[Any]] = [weakref.ref(session), weakref.ref(session.water)]
        session.water.typed.update(surname=surname, phone=phone, water_email=email, house_number=house)
        session.who = BY_FIN
        await face.touch("#documents", "ownership_document")
        water(face).sticks.plug("stick")
        await face.settle()
        assert file in face.shown
        await face.touch("#files", "0")
        assert face.is_on(DocumentPreviewScreen)
        gone.append(weakref.ref(face.screen))
        assert len(holders([surname, phone, email, house])) > 3
        water(face).sticks.content = ()
        water(face).sticks.sight = ()
        water(face).documents.calls.clear()
        water(face).sticks.calls.clear()
        del session, file, surname, phone, email, house
        await quiet_for(face, 61)
        await quiet_for(face, 61)
        assert face.is_on(FirstScreen)
        assert face.app.session.who is None
        await face.until(lambda: gc.collect() >= 0 and not any(reference() is not None for reference in gone))
        assert holders(_words()) == []
        assert ended == []


async def test_an_address_for_a_phone_ends_with_the_visit() -> None:
    """W9: who comes later to the address on a screen that is gone gives no document, and nothing here knows it."""
    async with on_errand(new_consumer, BY_FIN) as (face, _):
        await to_the_documents(face)
        await face.touch("#documents", "ownership_document")
        await face.touch("#tiles", "phone")
        assert face.is_on(PhoneUploadScreen)
        uploads = water(face).uploads
        (offered,) = uploads.named("offer")
        token = f"{1:022}"
        assert len(holders([token])) > 0
        del offered
        await quiet_for(face, face.app.settings.face.idle_code_seconds + 1)
        await face.settle()
        assert face.is_on(FirstScreen)
        assert uploads.named("withdraw") == [("withdraw", token)]
        uploads.calls.clear()
        del token
        gc.collect()  # withdrawing ended after the visit did
        assert holders([f"{1:022}"]) == []
