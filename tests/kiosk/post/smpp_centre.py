"""A message centre in a process of its own: smpp.twisted, another implementation of SMPP than the product's.

    python smpp_centre.py PASSWORD

It listens at a free port of 127.0.0.1 and says which in its first line. Each message that it takes is a line of JSON.
A number +9945099NNNN is answered with the command status NNNN (decimal); 9998 is never answered, 9999 ends the
connection instead of an answer.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main(password: str) -> None:
    """Serve until the process is ended."""
    from smpp.pdu.constants import command_status_value_map
    from smpp.pdu.pdu_types import CommandStatus
    from smpp.twisted.config import SMPPServerConfig
    from smpp.twisted.server import IAuthenticatedSMPP, SMPPServerFactory
    from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
    from twisted.cred.portal import IRealm, Portal
    from twisted.internet import defer, reactor
    from zope.interface import implementer  # type: ignore[import-untyped]

    serving: Any = reactor

    def received(_system: str, connection: Any, pdu: Any) -> Any:
        given = pdu.params
        number = given["destination_addr"].decode()
        behaviour = int(number[7:]) if number.startswith("9945099") else 0
        if behaviour == 9999:
            connection.transport.abortConnection()
        if behaviour >= 9998:
            return defer.Deferred()
        if behaviour:
            named = command_status_value_map[behaviour]
            return getattr(CommandStatus, named["name"] if isinstance(named, dict) else named)
        line = {
            "to": number,
            "to_type": given["dest_addr_ton"].name,
            "from": given["source_addr"].decode(),
            "from_type": given["source_addr_ton"].name,
            "coding": given["data_coding"].schemeData.name,
            "features": [feature.name for feature in given["esm_class"].gsmFeatures],
            "receipt": given["registered_delivery"].receipt.name,
            "reference": given.get("user_message_reference"),
            "bytes": given["short_message"].hex(),
        }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        return CommandStatus.ESME_ROK

    @implementer(IRealm)
    class Realm:
        def requestAvatar(self, avatar: Any, _mind: Any, *_interfaces: Any) -> Any:  # noqa: N802 - Twisted's name
            return IAuthenticatedSMPP, avatar, lambda: None

    realm: Any = Realm()
    known: Any = InMemoryUsernamePasswordDatabaseDontUse()
    known.addUser("asan", password)
    config = SMPPServerConfig(msgHandler=received, systems={"asan": {"max_bindings": 4}})
    port = serving.listenTCP(0, SMPPServerFactory(config, Portal(realm, [known])), interface="127.0.0.1")
    sys.stdout.write(f"{port.getHost().port}\n")
    sys.stdout.flush()
    serving.run()


if __name__ == "__main__":
    main(sys.argv[1])
