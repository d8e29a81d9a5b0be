"""botocore as a client that knows nothing of the SDK's schemas.

Reads {endpoint, accessKeyId, secretAccessKey, services: {name: [operations]}} as one JSON line, then for each operation
both sides know: draws a valid input from botocore's own model, calls the endpoint, prints what it sent, reads what the
endpoint was given to answer, and prints the differences between that and what botocore parsed. One JSON line each way.
Times are {"$time": epoch seconds}, bytes {"$bytes": base64}.
"""

import base64
import datetime
import json
import random
import sys

import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore_names import BOTOCORE

UTC = datetime.timezone.utc
WORDS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
RICH = WORDS + " &<>\"'/?=+%#,:;()é日ñ"
# What a client adds or alters by itself: left out of the inputs.
LEFT_OUT = {
    "autoscaling": {"UserData"},
    "ec2": {"DestinationRegion", "PresignedUrl"},
    "s3": {
        "ChecksumAlgorithm",
        "ChecksumMode",
        "ContentLength",
        "ContentMD5",
        "CopySourceSSECustomerKey",
        "CopySourceSSECustomerKeyMD5",
        "EncodingType",
        "SSECustomerKey",
        "SSECustomerKeyMD5",
    },
}
FIXED = {"s3": {"Bucket": "witness-bucket", "CopySource": "bucket/key"}}


def text(dice, shape, place):
    values = shape.metadata.get("enum")
    if values:
        return dice.choice(values)
    low = shape.metadata.get("min", 0)
    high = min(shape.metadata.get("max", low + 12), low + 12)
    length = dice.randint(max(low, 1), max(high, low, 1))
    drawn = "".join(dice.choice(RICH if place is None else WORDS) for _ in range(length))
    return drawn if drawn == drawn.strip() else "x" + drawn[1:-1] + "x" if length > 1 else "x"


def value(dice, shape, depth, place=None):
    kind = shape.type_name
    if kind == "structure":
        return structure(dice, shape, depth)
    if kind in ("list", "map"):
        low = shape.metadata.get("min", 0)
        count = max(low, dice.randint(1, 2) if depth < 5 else 1)
        if kind == "list":
            return [value(dice, shape.member, depth + 1, place) for _ in range(count)]
        key_place = "header" if place else None
        return {(text(dice, shape.key, key_place).lower() if place else text(dice, shape.key, None)): value(dice, shape.value, depth + 1, place) for _ in range(count)}
    if kind == "string":
        return text(dice, shape, place)
    if kind == "character":
        return dice.choice(WORDS)
    if kind == "boolean":
        return dice.random() < 0.5
    if kind in ("integer", "long"):
        low = int(shape.metadata.get("min", 0))
        return dice.randint(low, min(int(shape.metadata.get("max", low + 1000)), low + 1000))
    if kind in ("float", "double"):
        return float(shape.metadata.get("min", 0)) + dice.randint(0, 100) / 4
    if kind == "timestamp":
        return datetime.datetime.fromtimestamp(dice.randint(1_000_000_000, 1_800_000_000), UTC)
    if kind == "blob":
        return bytes(dice.randrange(256) for _ in range(max(1, shape.metadata.get("min", 1), dice.randint(1, 30))))
    raise TypeError(f"no values for {kind}")


def structure(dice, shape, depth, service=None):
    drawn = {}
    names = list(shape.members)
    if getattr(shape, "is_tagged_union", False):
        names = [dice.choice(names)]
    for name in names:
        member = shape.members[name]
        if service and name in FIXED.get(service, {}):
            drawn[name] = FIXED[service][name]
            continue
        if service and name in LEFT_OUT.get(service, ()):
            continue
        needed = name in shape.required_members or len(names) == 1 or "idempotencyToken" in member.metadata
        if not needed and (depth > 4 or dice.random() > 0.6 / (1 + depth)):
            continue
        if getattr(member, "is_document_type", False):
            continue
        location = member.serialization.get("location")
        place = "header" if location in ("header", "headers") else "label" if location == "uri" else None
        drawn[name] = value(dice, member, depth + 1, place)
    if depth and not drawn and names:
        # The query protocols cannot say "a structure without members".
        name = next((n for n in names if shape.members[n].type_name not in ("structure", "list", "map")), names[0])
        drawn[name] = value(dice, shape.members[name], depth + 1)
    return drawn


def tagged(thing):
    if isinstance(thing, datetime.datetime):
        return {"$time": thing.timestamp()}
    if isinstance(thing, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(bytes(thing)).decode()}
    if hasattr(thing, "read"):
        return tagged(thing.read())
    if isinstance(thing, dict):
        return {key: tagged(item) for key, item in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [tagged(item) for item in thing]
    return thing


EMPTY = (None, [], {}, "")


def compare(shape, want, got, path):
    """Differences between an answer and what was parsed from it; members the model lacks are not looked at."""
    if shape is None:
        return []
    kind = shape.type_name
    if kind == "structure" and isinstance(want, dict):
        found = []
        got = got or {}
        if getattr(shape, "is_tagged_union", False) and "SDK_UNKNOWN_MEMBER" in got:
            return found
        for name, member in shape.members.items():
            if name == "ContentLength" and want.get(name) is None:
                continue  # read from the transport's header
            found += compare(member, want.get(name), got.get(name), f"{path}.{name}")
        return found
    if kind == "list" and isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        return [one for index, pair in enumerate(zip(want, got)) for one in compare(shape.member, *pair, f"{path}[{index}]")]
    if kind == "map" and isinstance(want, dict) and isinstance(got, dict) and set(want) == set(got):
        return [one for key in want for one in compare(shape.value, want[key], got[key], f"{path}.{key}")]
    if want == got or (want in EMPTY and got in EMPTY):
        return []
    return [f"{path}: {json.dumps(want)[:120]} was parsed as {json.dumps(got)[:120]}"]


def main():
    setup = json.loads(sys.stdin.readline())
    session = botocore.session.Session()
    for name, operations in setup["services"].items():
        client = session.create_client(
            BOTOCORE.get(name, name),
            region_name="us-east-1",
            endpoint_url=setup["endpoint"],
            aws_access_key_id=setup["accessKeyId"],
            aws_secret_access_key=setup["secretAccessKey"],
            config=Config(
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
                inject_host_prefix=False,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        model = client.meta.service_model
        for operation in operations:
            if operation not in model.operation_names:
                say({"service": name, "operation": operation, "unknown": True})
                continue
            shapes = model.operation_model(operation)
            dice = random.Random(f"{name}:{operation}")
            sent = structure(dice, shapes.input_shape, 0, name) if shapes.input_shape else {}
            error, got = None, {}
            before = tagged(sent)
            try:
                got = getattr(client, xform_name(operation))(**sent)
                if shapes.has_event_stream_output:
                    raise TypeError("an event stream")
                got.pop("ResponseMetadata", None)
                got = tagged(got)
            except Exception as raised:  # every kind of failure is a finding
                error = f"{type(raised).__name__}: {raised}"
            say({"service": name, "operation": operation, "sent": before, "error": error})
            answered = json.loads(sys.stdin.readline())
            differences = [] if error or not shapes.output_shape else compare(shapes.output_shape, answered["given"], got, operation)
            say({"differences": differences})


def say(line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


main()
