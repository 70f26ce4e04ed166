"""The build's hook: a wheel, and an editable install, carry the message catalogues compiled.

Hatch calls it by this file's name (`[tool.hatch.build.hooks.custom]`).
"""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Makes the `.mo` of every `.po` and hands them to the wheel, though git does not track them."""

    def dependencies(self) -> list[str]:
        """What the build environment needs besides hatchling."""
        return ["Babel>=2.18"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before anything is packed.

        Raises:
            ValueError: a catalogue is not well-formed; there is no wheel then.
            ImportError: the tree lacks the compiler.
        """
        root = Path(self.root)
        # By its path: in a build environment none of our packages is installed yet.
        spec = spec_from_file_location("catalogues", root / "kiosk" / "language" / "catalogues.py")
        if spec is None or spec.loader is None:
            raise ImportError("kiosk/language/catalogues.py cannot be loaded")
        catalogues = module_from_spec(spec)
        spec.loader.exec_module(catalogues)
        catalogues.compile_all(root / "assets" / "messages")
        build_data["artifacts"].append("assets/messages/*.mo")
