"""A plug-in for the tests: records in a JSON file, guarded by a revision."""
import fcntl, json, os, sys

config, store = {}, ""


def load():
    with open(store, encoding="utf-8") as f:
        return json.load(f, parse_float=str)


def save(people):
    with open(store + ".new", "w", encoding="utf-8") as f:
        json.dump(people, f)
    os.replace(store + ".new", store)


def say(**answer):
    sys.stdout.write(json.dumps(answer) + "\n")


def shown(rid, person):
    answer = {"rid": rid, "revision": str(person["rev"]), "record": dict(person["data"], id=rid)}
    if config.get("hash"):
        answer["hash"] = str(person["rev"])
    return answer


def describe(r):
    global config, store
    config = r["config"]
    store = config["store"]
    return {"v": 1, "ops": config["ops"], "facts": config["facts"],
            "objects": [{"name": "people", "id": "id", "open": True, "fields": config["fields"]}]}


def read(r):
    since = r.get("checkpoint") or 0
    people = load()
    last = max([p["rev"] for p in people.values()] + [since])
    for rid, person in sorted(people.items()):
        if person["rev"] <= since:
            continue
        say(id=r["id"], **shown(rid, person))
    return {"complete": not since, "checkpoint": last}


def get(r):
    people = load()
    for rid in r["rids"]:
        if rid in people:
            say(id=r["id"], **shown(rid, people[rid]))
        else:
            say(id=r["id"], rid=rid, gone=True)


def find(r):
    for q, query in enumerate(r["queries"]):
        for rid, person in load().items():
            if all(person["data"].get(k) in values for k, values in query.items()):
                say(id=r["id"], q=q, **shown(rid, person))


def write(r):
    with open(store + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        people = load()
        for c in r["changes"]:
            answer = change(people, c)
            say(id=r["id"], n=c["n"], **answer)
        save(people)


def change(people, c):
    rid = c.get("rid") or c.get("new_rid")
    person = people.get(rid)
    if c["verb"] == "create":
        if person:
            return {"error": {"kind": "refused", "message": "a record with this id exists"}}
        person = {"rev": 0, "data": {f["name"]: None for f in config["fields"] if f["name"] != "id"}}
    elif not person:
        return {"error": {"kind": "not_found", "message": "there is no such record"}}
    elif c.get("revision") and c["revision"] != str(person["rev"]):
        return {"error": {"kind": "moved", "message": "somebody changed it"}}
    if c["verb"] == "delete":
        del people[rid]
        return {"ok": True}
    person["data"].update(c.get("set", {}))
    person["rev"] = max([p["rev"] for p in people.values()] + [person["rev"]]) + 1
    people[rid] = person
    return dict(shown(rid, person), ok=True)


for line in sys.stdin:
    request = json.loads(line, parse_float=str)
    op = request["op"]
    if op == "cancel":
        continue
    end = {"describe": describe, "read": read, "get": get, "find": find, "write": write, "check": lambda r: None}[op](request)
    say(id=request["id"], done=True, **(end or {}))
    sys.stdout.flush()
