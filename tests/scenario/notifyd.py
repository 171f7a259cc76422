"""notifyd.py - a notification daemon that shows nothing: what it is told goes to a file, and it answers, or never does

usage: notifyd.py LOG answer|never     (on the session bus; Debian's python3-dbus and python3-gi)

A line for each notification: program<TAB>title<TAB>body<TAB>hints. The first line is "ready"."""

import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME = "org.freedesktop.Notifications"
log, mode = sys.argv[1:3]


def write(line):
    with open(log, "a", encoding="utf-8") as out:
        out.write(line + "\n")


class Daemon(dbus.service.Object):
    shown = 0

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u", async_callbacks=("answer", "fail"))
    def Notify(self, program, replaces, icon, title, body, actions, hints, timeout, answer, fail):
        Daemon.shown += 1
        names = ",".join(sorted(f"{k}={v}" for k, v in hints.items()))
        write("\t".join((program, title, body, names)))
        if mode == "answer":
            answer(Daemon.shown)

    @dbus.service.method(NAME, in_signature="", out_signature="ssss")
    def GetServerInformation(self):
        return "notifyd", "p2p-tui tests", "1", "1.2"

    @dbus.service.method(NAME, in_signature="", out_signature="as")
    def GetCapabilities(self):
        return ["body", "body-markup"]


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
name = dbus.service.BusName(NAME, bus, do_not_queue=True)
daemon = Daemon(bus, "/org/freedesktop/Notifications")
write("ready")
GLib.MainLoop().run()
