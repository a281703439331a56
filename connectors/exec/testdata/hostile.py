"""A plug-in that breaks the protocol in the way its config says."""
import json, os, signal, subprocess, sys, time

habit = ""


def say(**answer):
    print(json.dumps(answer), flush=True)


def read(id):
    record = {"id": id, "rid": "1", "record": {"id": "1", "name": "Ada"}}
    if habit == "floods":
        sys.stdout.write('{"id":%d,"rid":"' % id)
        for _ in range(64):
            sys.stdout.write("x" * (1 << 20))
        sys.stdout.flush()
    elif habit == "never ends":
        while True:
            say(**record)
    elif habit == "silent":
        time.sleep(60)
    elif habit == "slow and alive":
        for _ in range(14):
            time.sleep(0.25)
            say(id=id, alive=True)
    elif habit == "latin":
        sys.stdout.buffer.write(b'{"id":%d,"rid":"1","record":{"name":"Andr\xe9"}}\n' % id)
        sys.stdout.flush()
    elif habit == "no json":
        print('{"id":%d,"rid":"1","record":{"name":"s3cr3t-k3y"' % id, flush=True)
    elif habit == "prose":
        print("reading people with s3cr3t-k3y", flush=True)
    elif habit == "another id":
        say(id=99, rid="1", record={})
    elif habit == "answers again":
        say(id=id, done=True)
        record = {"id": id, "done": True}
    elif habit == "wrong type":
        say(id=id, rid=[1], record={})
    elif habit == "no record":
        say(id=id, rid="1")
    elif habit == "list":
        say(id=id, rid="1", record=[1])
    elif habit == "no rid":
        say(id=id, record={"name": "Ada"})
    elif habit == "nul":
        say(id=id, rid="2", record={"name": "\0"})
    elif habit == "dies":
        print("\x1b[31mgiving up: s3cr3t-k3y\x1b[0m", file=sys.stderr, flush=True)
        os._exit(3)
    elif habit == "is killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif habit == "leaves a child":
        print("child %d" % subprocess.Popen(["sleep", "60"]).pid, file=sys.stderr, flush=True)
        os._exit(0)
    elif habit == "leaves a child that hides":
        subprocess.Popen(["sleep", "3"], start_new_session=True)
        os._exit(0)
    elif habit == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(60)
    elif habit == "says no":
        say(id=id, error={"kind": "limited", "message": "too many s3cr3t-k3y\nrequests", "after": 7, "hint": "wait"})
        return
    say(**record)
    say(id=id, done=True, complete=True)


def write(r):
    id = r["id"]
    for c in r["changes"]:
        if c["n"] == 1:
            if habit == "dies in a write":
                os._exit(1)
            if habit == "twice":
                say(id=id, n=0, error={"kind": "refused", "message": "no"})
            if habit == "unasked":
                say(id=id, n=7, ok=True)
            if habit == "forgets":
                continue
            if habit == "silent in a write":
                time.sleep(60)
            if habit == "gives up":
                say(id=id, error={"kind": "denied", "message": "the key was revoked"})
                return
            if habit == "neither":
                say(id=id, n=1)
        say(id=id, n=c["n"], ok=True, rid=c["rid"])
    say(id=id, done=True)


for line in sys.stdin:
    r = json.loads(line)
    if r["op"] == "describe":
        habit = r["config"]["habit"]
        if habit == "no describe":
            sys.exit("no describe")
        say(**dict({"id": r["id"], "done": True, "v": 1, "ops": ["read", "get", "write"],
                    "facts": {"complete": True, "grade": "blind", "verbs": ["update"]},
                    "objects": [{"name": "people", "id": "id"}]}, **r["config"].get("describe", {})))
    elif r["op"] == "read":
        read(r["id"])
    elif r["op"] == "get":
        rids = r["rids"] + (["nobody asked"] if habit == "more than asked" else r["rids"] if habit == "twice" else [])
        for rid in rids[1:] if habit == "forgets" else rids:
            say(id=r["id"], rid=rid, record={"id": rid})
        say(id=r["id"], done=True)
    elif r["op"] == "write":
        write(r)
