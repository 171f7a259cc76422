"""Real processes on loopback: contacts that are devices of one person, in sub-commands, in `run` and over a backup; and an identity that is
announced as the successor of another."""

import json
import os

from peer import Home, befriend, done, equal, folder, ok, top, wait_until


def lines(home, *words):
    status, out, err = home.call(*words)
    return [line.split("\t") for line in out.splitlines()]


def devices():
    a, d, p = ada.start(), desk.start(), phone.start()
    ok(befriend(a, d, "ada", "Boris"), "ada knows boris at his desk")
    ok(befriend(a, p, "ada", "Boris phone"), "and his phone")
    mark = a.mark()
    ok(a.did(cmd="person", person="Boris", names=["Boris phone"]), "a contact of the person's name is a device, too")
    ok(a.wait("peer", since=mark, peer=d.key, person="Boris") and a.wait("peer", since=mark, peer=p.key, person="Boris"),
       "the events tell whose devices they are")
    tag = a.do(cmd="say", to="boris", text="to both")
    ok(d.wait("message", text="to both") and p.wait("message", text="to both"), "one thing said is at both")
    ok(wait_until(lambda: {e["peer"] for e in a.find("receipt", tag=tag, state="delivered")} == {d.key, p.key}),
       "with a receipt of each")
    said = a.find("receipt", tag=tag)[0]["id"]
    ok(a.did(cmd="edit", to="boris", id=said, text="to both of you"), "edited once")
    ok(d.wait("edit", text="to both of you") and p.wait("edit", text="to both of you"), "at both")
    path = os.path.join(folder("sent"), "plan.txt")
    with open(path, "w") as f:
        f.write("plan")
    tag = a.do(cmd="send", to="boris", paths=[path])
    ok(a.wait("done", tag=tag), "a file for the person")
    for who, run in (("desk", d), ("phone", p)):
        offer = run.wait("offer", path="plan.txt")
        ok(offer and run.did(cmd="accept", transfer=offer["transfer"]), "is offered at the %s" % who)
    ok(wait_until(lambda: len(a.find("transfer", state="done", dir="out")) == 2), "and arrives at both")
    sent = {e["transfer"] for e in a.find("transfer", dir="out")}
    equal([{e["transfer"] for e in a.find(what, tag=tag)} for what in ("transfer", "progress")], [sent, sent],
          "all that is told of them has the tag of the command")
    ok(all(e.get("tag") == tag for e in a.find("transfer", dir="out") + a.find("progress")), "each event of them")
    ada.stop()
    phone.stop()
    status, out, err = ada.call("say", "boris", "from a script", "--wait", "2")
    ok(status == 0 and "1 of 2" in err, "say tells how far it came: %s" % err.strip())
    sending(path)
    equal(sorted(line[0] for line in lines(ada, "contacts") if line[4:] == ["Boris"]), ["Boris", "Boris phone"],
          "contacts has a column for it")
    equal([line[2:] for line in lines(ada, "log", "boris")].count(["Boris", "to both of you"]), 1, "the log has it once")
    equal(len(lines(ada, "search", "script")), 1, "a search finds it once")
    status, out, err = ada.call("log", "boris", "--json")
    equal(len([1 for line in out.splitlines() if json.loads(line).get("text") == "from a script"]), 1, "as JSON, too")


def restored():
    """A backup in another home: the person is there with both devices, and what is said to it reaches both."""
    backup = os.path.join(folder("backups"), "backup")
    equal(ada.call("export", backup, new="a word")[0], 0, "a backup is written")
    back = Home("back", None, port=ada.port)
    status, out, err = back.call("import", backup, old="a word")
    equal((status, err), (0, ""), "and restored in an empty home")
    equal(lines(back, "contacts"), lines(ada, "contacts"), "with the same contacts, devices of the same person")
    equal(lines(back, "log", "boris"), lines(ada, "log", "boris"), "and the person's chat")
    b, p = back.start(), phone.start()
    ok(b.wait("peer", peer=desk.run.key, person="Boris", state="online") and
       b.wait("peer", peer=p.key, person="Boris", state="online"), "both devices are met")
    tag = b.do(cmd="say", to="boris", text="from the backup")
    ok(desk.run.wait("message", text="from the backup") and p.wait("message", text="from the backup"), "and get what is said")
    ok(wait_until(lambda: len(b.find("receipt", tag=tag, state="delivered")) == 2), "with a receipt of each")
    back.stop()
    phone.stop()


def takes(run):
    """Whoever it is accepts what ada sends from now on."""
    return run.did(cmd="auto", name="ada", size="1M", folder=folder("taken"))


def sending(path):
    """Whichever of the devices is away, nobody waits for it once the other has the file."""
    ok(takes(desk.run), "files are taken unasked at the desk")
    for away in ("phone", "desk"):
        status, out, err = ada.call("send", "boris", path)
        equal((status, err), (0, "p2p-tui: Delivered to 1 of 2 devices of boris; the rest waits.\n"), "sent though the %s is away" % away)
        if away == "phone":
            desk.stop()
            phone.start()
            ok(takes(phone.run), "and at the phone")
    phone.stop()
    status, out, err = ada.call("send", "boris", path, "--wait", "1")
    ok(status == 3 and "Not delivered yet" in err and "of 2" not in err, "none is there: %s" % err.strip())
    desk.start()


def apart():
    status, out, err = ada.call("person", "Boris", "Nobody")
    ok(status == 1 and "no contact called Nobody" in err, "who is not there is no device: %s" % err.strip())
    status, out, err = ada.call("rename", "Boris phone", "Boris mobile")
    equal((status, err), (0, ""), "a device is renamed")
    equal(ada.call("ungroup", "Boris mobile")[0], 0, "and taken out")
    equal(sorted(line[0] for line in lines(ada, "contacts") if line[4:] == ["Boris"]), ["Boris"], "one is left")
    status, out, err = ada.call("ungroup", "Boris mobile")
    ok(status == 1, "twice makes no sense: %s" % err.strip())
    equal(ada.call("ungroup", "Boris")[0], 0, "the person ends with the last")
    equal([line for line in lines(ada, "contacts") if len(line) > 4], [], "nobody is a device any more")


def successor():
    a = ada.start()
    ok(wait_until(lambda: a.find("peer", peer=desk.run.key, state="online")), "boris is there")
    ada.stop()
    status, out, err = ada.call("successor", os.path.join(top, "nothing"))
    ok(status == 1 and "There is no identity there" in err, "a home that is none is no successor: %s" % err.strip())
    status, out, err = ada.call("successor", ada.path)
    ok(status == 1 and "itself" in err, "nor is the same one: %s" % err.strip())
    mark = desk.run.mark()
    status, out, err = ada.call("successor", ada2.path, "--wait", "5")
    ok(status == 3 and "Boris was told." in out and "1 of 2" in err, "who is there is told: %s" % (out + err).strip())
    told = desk.run.wait("peer", since=mark, name="ada", trust="changed")
    ok(told, "to him the key has changed")
    a = ada.start()
    tag = a.do(cmd="successor")
    ok(a.wait("text", tag=tag, text="Boris mobile has not heard of the successor yet."), "who has not heard is listed")
    p = phone.start()
    ok(p.wait("peer", name="ada", trust="changed"), "who comes later is told by a program that was not told of it itself")
    ok(wait_until(lambda: a.did(cmd="successor") and "no successor" in a.find("text")[-1]["text"]), "then nobody is left")
    phone.stop()
    ada.stop()
    status, out, err = ada.call("successor", "off")
    ok(status == 0 and "No successor is announced any more" in out, "it is taken back: %s" % (out + err).strip())


def requests_off():
    status, out, err = ada2.call("requests")
    equal((status, out, err), (0, "", ""), "nobody asks")
    ada2.set_option("requests", "off")
    status, out, err = ada2.call("requests")
    ok(status == 0 and out == "" and "Requests are off" in err, "nobody can: %s" % err.strip())


ada, desk, phone, ada2 = Home("ada", "ada"), Home("desk", "Boris"), Home("phone", "Boris"), Home("ada2", "ada")
devices()
restored()
apart()
successor()
requests_off()
desk.stop()
done()
