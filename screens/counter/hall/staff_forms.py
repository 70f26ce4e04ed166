"""The forms about a staff member: enrolling, name with role and rights, a new password (C6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

from kiosk.errors import CHANGED_MEANWHILE, BadRequest
from kiosk.identity.staff import LONGEST_DISPLAY_NAME, RIGHTS, ROLE_RIGHTS, ROLES, Role
from kiosk.identity.staff_office import StaffEntry
from screens.counter.hall.form import Choices, FormField, HallForm
from screens.counter.water.desk import Operator

_LONGEST_NAME: Final = 40
_LONGEST_PASSWORD: Final = 200
_RIGHTS: Final = tuple(sorted(RIGHTS))


class _RoleForm(HallForm):
    """Rows for a role and the rights beside it."""

    def role_fields(self) -> tuple[FormField, ...]:
        """The role, and each right: the role's own cannot be taken away, and is told so."""
        return (
            FormField("role", "hall.staff.role", "choice", choices=self._roles),
            *(FormField(right, f"hall.right.{right}", "choice", choices=self._answers(right)) for right in _RIGHTS),
        )

    def _roles(self) -> Sequence[tuple[str, str]]:
        return [(role, self.text(f"staff.role.{role}")) for role in ROLES]

    def _answers(self, right: str) -> Choices:
        def answers() -> Sequence[tuple[str, str]]:
            role = cast(Role, self.values.get("role", ROLES[0]))
            if right in ROLE_RIGHTS[role]:
                words = self.text("hall.staff.by_role")
                return [("", words), ("yes", words)]
            return [("", self.text("hall.staff.no")), ("yes", self.text("hall.staff.yes"))]

        return answers

    @property
    def role(self) -> Role:
        """The chosen role."""
        return cast(Role, self.values["role"])

    @property
    def rights(self) -> frozenset[str]:
        """The rights that are ticked beside the role's own."""
        return frozenset(right for right in _RIGHTS if self.values[right] and right not in ROLE_RIGHTS[self.role])


class NewStaffForm(_RoleForm):
    """Somebody new."""

    TITLE = "hall.staff.new"

    def __init__(self, operator: Operator) -> None:
        values = {"name": "", "display_name": "", "role": ROLES[0], "password": "", "again": ""}
        super().__init__(operator, values | dict.fromkeys(_RIGHTS, ""))

    def fields(self) -> Sequence[FormField]:
        """All rows."""
        return (
            FormField("name", "staff.name", longest=_LONGEST_NAME),
            FormField("display_name", "hall.staff.display_name", longest=LONGEST_DISPLAY_NAME),
            *self.role_fields(),
            *_password_fields(),
        )

    def hint_words(self) -> str:
        """What a user name and a password are."""
        return self.text("hall.staff.hint")

    def send(self) -> None:
        """Enrol."""
        if _same_twice(self):
            self.act(self._enrol)

    async def _enrol(self) -> None:
        name, shown = self.values["name"].strip(), self.values["display_name"].strip()
        # with another password it is another act: the stored answer of the first would hide that the first one counts
        key = self.key_for(name, shown, self.role, self.rights, self.values["password"])
        office = self.kiosk.station.staff_office
        await self.ask(office.add, key, self.staff, name, shown, self.role, self.rights, self.values["password"])
        self.done()


class StaffForm(_RoleForm):
    """Name as colleagues read it, role, rights."""

    TITLE = "hall.staff.edit"

    def __init__(self, operator: Operator, entry: StaffEntry) -> None:
        self.entry = entry
        super().__init__(operator, _values_of(entry))

    def heading_words(self) -> str:
        """Who it is."""
        return self.text("hall.staff.edit", name=self.entry.name)

    def fields(self) -> Sequence[FormField]:
        """All rows."""
        return FormField("display_name", "hall.staff.display_name", longest=LONGEST_DISPLAY_NAME), *self.role_fields()

    def hint_words(self) -> str:
        """From when on it counts."""
        return self.text("hall.staff.edit_hint")

    def send(self) -> None:
        """Change what is another."""
        self.act(self._keep)

    async def _keep(self) -> None:
        try:
            await self._change()
        except BadRequest as refusal:
            if refusal.why != CHANGED_MEANWHILE:
                raise
            everybody = await self.ask(self.kiosk.station.staff_office.all, self.staff)
            self.entry = next(entry for entry in everybody if entry.id == self.entry.id)
            self.changed_meanwhile(_values_of(self.entry))
        else:
            self.done()

    async def _change(self) -> None:
        office, entry = self.kiosk.station.staff_office, self.entry
        if (self.role, self.rights) != (entry.role, entry.rights):
            key = self.key_for("role", self.role, self.rights)
            await self.ask(office.set_role, key, self.staff, entry.id, self.role, self.rights, was=entry)
            # only what was written here: another's new name is told before it is replaced
            self.entry = replace(entry, role=self.role, rights=self.rights)
        if self.values["display_name"].strip() != entry.display_name:
            key = self.key_for("name", self.values["display_name"])
            await self.ask(office.rename, key, self.staff, entry.id, self.values["display_name"], was=entry)


class PasswordForm(HallForm):
    """A new password, twice."""

    TITLE = "hall.staff.new_password"

    def __init__(self, operator: Operator, entry: StaffEntry) -> None:
        self.entry = entry
        super().__init__(operator, {"password": "", "again": ""})

    def heading_words(self) -> str:
        """Whose."""
        return self.text("hall.staff.new_password", name=self.entry.name)

    def fields(self) -> Sequence[FormField]:
        """Two rows."""
        return _password_fields()

    def hint_words(self) -> str:
        """What a password is."""
        return self.text("hall.staff.password_hint")

    def send(self) -> None:
        """Give it."""
        if _same_twice(self):
            self.act(self._give)

    async def _give(self) -> None:
        await self.ask(self.kiosk.station.staff_office.set_password, self.staff, self.entry.id, self.values["password"])
        self.done()


def _values_of(entry: StaffEntry) -> dict[str, str]:
    rights = {right: "yes" if right in entry.rights else "" for right in _RIGHTS}
    return {"display_name": entry.display_name, "role": entry.role, **rights}


def _password_fields() -> tuple[FormField, ...]:
    return (
        FormField("password", "hall.staff.password_row", "secret", longest=_LONGEST_PASSWORD),
        FormField("again", "hall.staff.again", "secret", longest=_LONGEST_PASSWORD),
    )


def _same_twice(form: HallForm) -> bool:
    """Whether the password was typed the same twice; else it is said."""
    if form.values["password"] == form.values["again"]:
        return True
    form.wrong = "again"
    form.tell("hall.refused.not_the_same", "error")
    form.go_to("again")
    return False
