"""Compares the lab's hand-written constraints with botocore's models.

Reads {service: {operation: {member path: constraint}}} as one JSON line; prints one JSON line per entry:
{name, verdict: agrees | silent | contradicts, why}. Silent: the model says nothing about it (EC2's says little).
A last line {unenforced: {service: [operation and path]}} names what the models demand of these operations and the lab does not look at.
"""

import json
import random
import re
import sys

import botocore.session
from botocore_names import BOTOCORE


def resolve(shape, path):
    """The shape a path names, its own name and its parent."""
    parent, name = None, None
    for part in path.split("."):
        name = part.rstrip("[]")
        parent, shape = shape, shape.members[name]
        for _ in range((len(part) - len(name)) // 2):
            parent, shape = shape, shape.member
    return shape, name, parent


def plain(pattern):
    """A regular expression without spelling: anchors, \\u escapes, and backslashes before what needs none."""
    pattern = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda code: chr(int(code[1], 16)), pattern.strip("^$"))
    return re.sub(r"\\x([0-9A-Fa-f]{2})", lambda code: chr(int(code[1], 16)), re.sub(r"\\([^A-Za-z0-9])", r"\1", pattern))


def alike(one, other):
    """Whether two patterns accept the same of many short texts made of what they might care about."""
    dice = random.Random(one + other)
    alphabet = "/" * 8 + "aZ09_.,+=@-:!~ %*\t\x7fé"
    left, right = re.compile(one), re.compile(other)
    texts = ("".join(dice.choice(alphabet) for _ in range(dice.randint(0, 6))) for _ in range(20_000))
    return all((left.fullmatch(text) is None) == (right.fullmatch(text) is None) for text in texts)


def judge(shape, name, parent, kind, want):
    """(verdict, why) of one part of a constraint."""
    meta = shape.metadata
    if kind == "required":
        given = name in getattr(parent, "required_members", ())
        return ("agrees", "") if given == want else ("contradicts", f"required is {given} in the model")
    if kind == "enum":
        values = meta.get("enum")
        if not values:
            return "silent", "no enum in the model"
        missing, extra = sorted(set(values) - set(want)), sorted(set(want) - set(values))
        if missing:
            return "contradicts", f"refuses {', '.join(missing)}"
        return ("silent", f"knows more: {', '.join(extra)}") if extra else ("agrees", "")
    if kind == "pattern":
        if "pattern" not in meta:
            return "silent", "no pattern in the model"
        same = plain(meta["pattern"]) == plain(want) or alike(meta["pattern"], want)
        return ("agrees", "") if same else ("contradicts", f"the model's pattern is {meta['pattern']}")
    bounds = {"min": want} if kind == "min" else {"max": want} if kind == "max" else {"min": want[0], "max": want[1]}
    known = {bound: meta[bound] for bound in bounds if bound in meta}
    wrong = {bound: value for bound, value in known.items() if value != bounds[bound]}
    if wrong:
        return "contradicts", f"the model has {wrong}"
    return ("agrees", "") if known else ("silent", "no bounds in the model")


def demands(shape, path, seen):
    """Paths in the model with a bound, an enum or a pattern."""
    if shape is None or shape.name in seen:
        return
    seen = seen | {shape.name}
    if any(key in shape.metadata for key in ("min", "max", "enum", "pattern")):
        yield path
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from demands(member, f"{path}.{name}" if path else name, seen)
    elif shape.type_name == "list":
        yield from demands(shape.member, f"{path}[]", seen)


def main():
    asked = json.loads(sys.stdin.readline())
    session = botocore.session.Session()
    unenforced = {}
    for service, operations in asked.items():
        model = session.get_service_model(BOTOCORE.get(service, service))
        unenforced[service] = []
        for operation, constraints in operations.items():
            if operation not in model.operation_names:
                for path in constraints:
                    say({"name": f"{service}:{operation} {path}", "verdict": "silent", "why": "botocore lacks the operation"})
                continue
            shape = model.operation_model(operation).input_shape
            unenforced[service] += [f"{operation} {path}" for path in demands(shape, "", frozenset()) if path not in constraints]
            for path, constraint in constraints.items():
                try:
                    found = resolve(shape, path)
                except (KeyError, AttributeError):
                    say({"name": f"{service}:{operation} {path}", "verdict": "contradicts", "why": "the model has no such member"})
                    continue
                for kind, want in constraint.items():
                    verdict, why = judge(*found, kind, want)
                    say({"name": f"{service}:{operation} {path} {kind}", "verdict": verdict, "why": why})
    say({"unenforced": unenforced})


def say(line):
    sys.stdout.write(json.dumps(line) + "\n")


main()
