"""A Singer tap for the tests. It behaves as badly as its config says."""
import argparse, json, os, signal, sys, time

parser = argparse.ArgumentParser()
parser.add_argument("--config", required=True)
parser.add_argument("--catalog")
parser.add_argument("--state")
parser.add_argument("--discover", action="store_true")
args = parser.parse_args()
config = json.load(open(args.config))
habits = set(config.get("habits") or [])
KEYS = config.get("keys", ["id"])
PROPERTIES = {
    "id": {"type": ["integer"]},
    "name": {"type": ["null", "string"]},
    "email": {"type": ["null", "string"]},
    "score": {"type": ["null", "number"]},
    "hired": {"type": ["null", "string"], "format": "date-time"},
    "tags": {"type": ["null", "array"], "items": {"type": "string"}},
    "manager": {"anyOf": [{"type": "object", "properties": {"id": {"type": "integer"}}}, {"type": "null"}]},
}


def say(**message):
    print(json.dumps(message), flush=True)


if os.stat(args.config).st_mode & 0o077:
    sys.exit("the config can be read by others")
if "prose" in habits:
    print("INFO tap starting", flush=True)
if args.discover:
    metadata = {"table-key-properties": KEYS, "inclusion": "available"}
    if "full table" in habits:
        metadata["forced-replication-method"] = "FULL_TABLE"
    stream = lambda name: {"stream": name, "tap_stream_id": name, "schema": {"type": "object", "properties": PROPERTIES},
                           "metadata": [{"breadcrumb": [], "metadata": metadata}, {"breadcrumb": ["properties", "id"], "metadata": {}}]}
    print(json.dumps({"streams": [stream("people"), stream("teams")]}, indent=2))
    sys.exit(0)

for stream in json.load(open(args.catalog))["streams"]:
    selected = [m["metadata"].get("selected") for m in stream["metadata"] if m["breadcrumb"] == []]
    if selected != [stream["stream"] == "people"] or stream["schema"]["selected"] != selected[0]:
        sys.exit("the catalog selects something else")
since = json.load(open(args.state))["bookmarks"]["people"] if args.state else 0
records = [r for r in json.load(open(config["records"])) if r["at"] > since]
print("INFO " + config.get("api_key", "no key") + " opens the door", file=sys.stderr)
if "records first" in habits and records:
    say(type="RECORD", stream="people", record=records[0])
say(type="SCHEMA", stream="people", schema={"properties": PROPERTIES}, key_properties=KEYS)
if "bells" in habits:
    say(type="BATCH", stream="people")
for i, record in enumerate(records):
    if "dies" in habits and i == len(records) // 2:
        print("CRITICAL 500 Server Error: " + config.get("api_key", ""), file=sys.stderr)
        sys.exit(3)
    if "mumbles" in habits and i == 1:
        print('{"type": "RECORD", "stream": "people", "record": {"id": 77', flush=True)
    if "new schema" in habits and i == 1:
        say(type="SCHEMA", stream="people", schema={"properties": dict(PROPERTIES, name={"type": ["integer"]})}, key_properties=KEYS)
    if "new key" in habits and i == 1:
        say(type="SCHEMA", stream="people", schema={"properties": PROPERTIES}, key_properties=["name"])
    if "repeats" in habits:
        say(type="RECORD", stream="people", record=dict(record, name="older"), version=5)
    say(type="RECORD", stream="people", record=dict(record, _sdc_extracted_at=time.time()), version=5, time_extracted="2024-01-01T00:00:00Z")
    say(type="STATE", value={"bookmarks": {"people": record["at"]}})
if "other" in habits:
    say(type="RECORD", stream="teams", record={"id": 1})
if "activates" in habits:
    say(type="ACTIVATE_VERSION", stream="people", version=5)
if "stays" in habits:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)
