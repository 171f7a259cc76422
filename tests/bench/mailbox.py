"""As much of magic-wormhole's mailbox server as two wormholes on loopback need. Prints its port; ends with its parent's signal."""

import json
import sys
import time

from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from twisted.internet import reactor

nameplates, mailboxes = {}, {}


class Mailbox(WebSocketServerProtocol):
    box = None
    side = ""

    def tell(self, **message):
        self.sendMessage(json.dumps(dict(message, server_tx=time.time())).encode())

    def onOpen(self):
        self.tell(type="welcome", welcome={})

    def onMessage(self, payload, isBinary):
        m = json.loads(payload.decode())
        self.tell(type="ack", id=m.get("id"))
        getattr(self, "on_" + m["type"], lambda m: None)(m)

    def on_bind(self, m):
        self.side = m["side"]

    def on_ping(self, m):
        self.tell(type="pong", pong=m["ping"])

    def on_list(self, m):
        self.tell(type="nameplates", nameplates=[{"id": n} for n in nameplates])

    def on_claim(self, m):
        box = nameplates.setdefault(m["nameplate"], f"box-{time.time()}")
        self.tell(type="claimed", mailbox=box)

    def on_release(self, m):
        nameplates.pop(m.get("nameplate"), None)
        self.tell(type="released")

    def on_open(self, m):
        self.box = mailboxes.setdefault(m["mailbox"], {"sides": set(), "said": []})
        self.box["sides"].add(self)
        for said in self.box["said"]:
            self.tell(**said)

    def on_add(self, m):
        said = {"type": "message", "side": self.side, "phase": m["phase"], "body": m["body"], "id": m.get("id")}
        self.box["said"].append(said)
        for other in self.box["sides"]:
            other.tell(**said)

    def on_close(self, m):
        if self.box:
            self.box["sides"].discard(self)
        self.tell(type="closed")

    def onClose(self, wasClean, code, reason):
        if self.box:
            self.box["sides"].discard(self)


factory = WebSocketServerFactory()
factory.protocol = Mailbox
port = reactor.listenTCP(0, factory, interface="127.0.0.1")
print(port.getHost().port, flush=True)
sys.stdout.close()
reactor.run()
