"""The published API descriptions (OpenAPI 2), made strict: what is not described is a violation.

The descriptions allow any further property, and know polymorphism only through Microsoft's `discriminator`. Here every
object is closed, subtypes are checked by their discriminator, read-only properties may not be sent, and an enumeration
that the description calls extensible (`modelAsString`) is checked in requests, not in answers.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from jsonschema import Draft202012Validator

Json = dict[str, Any]
_VERSION = "Microsoft.MachineLearningServices/preview/2024-04-01-preview"
FOLDER = Path("specification/machinelearningservices/resource-manager") / _VERSION
FILES = ("mfe.json", "machineLearningServices.json", "workspaceRP.json")
_METHODS = ("get", "put", "post", "patch", "delete", "head")


@lru_cache
def _load(path: Path) -> Json:
    document: Json = json.loads(path.read_text("utf-8-sig"))
    return document


class Schemas:
    """Turns definitions into closed JSON Schemas, by reference; `request` decides what is allowed."""

    def __init__(self, request: bool) -> None:
        self.request = request
        self.defs: dict[str, Json] = {}

    def of(self, schema: Json, file: Path) -> Json:
        """The schema of something in a description file."""
        if "$ref" in schema:
            named: Json = {"$ref": f"#/$defs/{self._define(*_resolve(schema['$ref'], file))}"}
            return {"anyOf": [named, {"type": "null"}]} if schema.get("x-nullable") else named
        if "allOf" in schema or "properties" in schema:
            return self._object(schema, file, None)
        kind = schema.get("type")
        described: Json = {}
        if kind == "array":
            described = {"type": "array", "items": self.of(schema.get("items", {}), file)}
        elif kind == "object" or (kind is None and "additionalProperties" in schema):
            described = {"type": "object"}
            if isinstance(schema.get("additionalProperties"), dict):
                described["additionalProperties"] = self.of(schema["additionalProperties"], file)
        elif kind:
            described = {"type": kind}
            for key in ("pattern", "minLength", "maxLength", "minimum", "maximum"):
                if key in schema:
                    described[key] = schema[key]
            if "enum" in schema and (self.request or not schema.get("x-ms-enum", {}).get("modelAsString")):
                described["enum"] = schema["enum"]
        if schema.get("x-nullable") or (not self.request and kind):
            described = {"anyOf": [described, {"type": "null"}]}
        return described

    def _define(self, name: str, file: Path) -> str:
        key = f"{file.stem}.{name}"
        if key not in self.defs:
            self.defs[key] = {}  # for definitions that hold themselves
            self.defs[key].update(self._object(_load(file)["definitions"][name], file, name))
        return key

    def _object(self, schema: Json, file: Path, name: str | None) -> Json:
        if "allOf" not in schema and "properties" not in schema:
            return self.of(schema, file)
        properties, required, discriminator = self._members(schema, file)
        if discriminator and name is not None and (subtypes := _subtypes(name, file)):
            # The base type: which of its subtypes, its discriminator says.
            cases = [
                {
                    "if": {"properties": {discriminator: {"const": value}}, "required": [discriminator]},
                    "then": {"$ref": f"#/$defs/{self._define(kind, file)}"},
                }
                for kind, value in subtypes.items()
                if kind != name
            ]
            return {"type": "object", "required": [discriminator], "allOf": cases}
        shape: Json = {"type": "object", "properties": properties, "additionalProperties": False}
        if required:
            shape["required"] = required
        if schema.get("additionalProperties") not in (None, False):
            shape.pop("additionalProperties")
        return shape if self.request else {"anyOf": [shape, {"type": "null"}]} if schema.get("x-nullable") else shape

    def _members(self, schema: Json, file: Path) -> tuple[dict[str, Json], list[str], str]:
        properties: dict[str, Json] = {}
        required: list[str] = []
        discriminator = schema.get("discriminator", "")
        for part in schema.get("allOf", ()):
            inner, defined_in = part, file
            if "$ref" in part:
                base, defined_in = _resolve(part["$ref"], file)
                inner = _load(defined_in)["definitions"][base]
            more, needed, marked = self._members(inner, defined_in)
            properties |= more
            required += needed
            discriminator = discriminator or marked
        for name, one in schema.get("properties", {}).items():
            mutable = one.get("x-ms-mutability", ["create", "read", "update"])
            hidden = one.get("readOnly") or mutable == ["read"] if self.request else "read" not in mutable
            properties[name] = {"not": {}} if hidden and self.request else self.of(one, file)
            if name in schema.get("required", ()) and not hidden:
                required.append(name)
        return properties, required, discriminator


def _resolve(reference: str, file: Path) -> tuple[str, Path]:
    where, _, inside = reference.partition("#")
    return inside.rpartition("/")[2], (file.parent / where).resolve() if where else file


def _subtypes(name: str, file: Path) -> dict[str, str]:
    """The definitions that extend `name`, however deep, with their discriminator values."""
    kinds: dict[str, str] = {}
    definitions = _load(file)["definitions"]
    for other, schema in definitions.items():
        if any(part.get("$ref", "").endswith(f"/{name}") for part in schema.get("allOf", ())):
            kinds[other] = schema.get("x-ms-discriminator-value", other)
            kinds |= _subtypes(other, file)
    return kinds


class Description:
    """The API descriptions of a folder, ready to check requests and answers."""

    def __init__(self, root: Path) -> None:
        self._operations: list[tuple[re.Pattern[str], str, Json, Path]] = []
        for name in FILES:
            file = (root / FOLDER / name).resolve()
            for path, item in _load(file)["paths"].items():
                pattern = re.compile(re.sub(r"\\{[^}]+\\}", "([^/]+)", re.escape(path)), re.IGNORECASE)
                for method in _METHODS:
                    if method in item:
                        self._operations.append((pattern, method, item[method], file))
        self._validators: dict[tuple[str, str], Draft202012Validator] = {}
        self.checked: set[str] = set()

    def find(self, method: str, path: str) -> tuple[Json, Path] | None:
        """The described operation, or None for what these descriptions do not hold (subscriptions, operations)."""
        for pattern, verb, operation, file in self._operations:
            if verb == method.lower() and pattern.fullmatch(unquote(path)):
                return operation, file
        return None

    def check_request(self, method: str, path: str, query: str, body: Json | None) -> list[str]:
        """What of a request is not as described."""
        matching = self.find(method, path)
        if matching is None:
            return [] if _outside(path) else [f"{method} {path}: no such operation"]
        operation, file = matching
        name = operation["operationId"]
        self.checked.add(name)
        asked = {key: values[-1] for key, values in parse_qs(query, keep_blank_values=True).items()}
        problems, known = [], set()
        for one in operation.get("parameters", ()):
            parameter = _parameter(one, file)
            if parameter["in"] == "query":
                known.add(parameter["name"])
                problems += _query_problems(name, parameter, asked)
            elif parameter["in"] == "body":
                if body is None:
                    problems += [f"{name}: the body is missing"] if parameter.get("required") else []
                else:
                    problems += self._check(f"{name} request", parameter["schema"], file, body, request=True)
        # Of earlier versions of the API, and sent by Microsoft's own example of this one.
        known |= {"includeJobInstructions", "includeLabelCategories"} if name == "LabelingJobs_Get" else set()
        problems += [
            f"{name}: the query parameter {query_name} is not described" for query_name in asked.keys() - known
        ]
        return problems

    def check_response(self, method: str, path: str, status: int, body: Any, headers: dict[str, str]) -> list[str]:
        """What of an answer is not as described."""
        matching = self.find(method, path)
        if matching is None:
            return []
        operation, file = matching
        name = operation["operationId"]
        responses = operation["responses"]
        described = responses.get(str(status)) or (responses.get("default") if status >= 400 else None)
        if described is None:
            return [f"{name}: the status {status} is not described"]
        if "schema" not in described:
            return [f"{name}: {status} has no body"] if body is not None else []
        if body is None:
            return [f"{name}: {status} needs a body"]
        return self._check(f"{name} {status}", described["schema"], file, body, request=False)

    def _check(self, what: str, schema: Json, file: Path, body: Any, request: bool) -> list[str]:
        key = (what, str(file))
        if key not in self._validators:
            schemas = Schemas(request)
            root = schemas.of(schema, file)
            self._validators[key] = Draft202012Validator(root | {"$defs": schemas.defs})
        return [
            f"{what}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
            for error in self._validators[key].iter_errors(body)
        ]


def _parameter(parameter: Json, file: Path) -> Json:
    if "$ref" not in parameter:
        return parameter
    name, defined_in = _resolve(parameter["$ref"], file)
    resolved: Json = _load(defined_in)["parameters"][name]
    return resolved


def _query_problems(operation: str, parameter: Json, asked: dict[str, str]) -> list[str]:
    name = parameter["name"]
    if name not in asked:
        return [f"{operation}: the query parameter {name} is missing"] if parameter.get("required") else []
    value, problems = asked[name], []
    if parameter.get("type") == "integer" and not value.lstrip("-").isdigit():
        problems.append(f"{operation}: {name}={value} is not an integer")
    if parameter.get("type") == "boolean" and value.lower() not in ("true", "false"):
        problems.append(f"{operation}: {name}={value} is not a boolean")
    if "enum" in parameter and value not in parameter["enum"]:
        problems.append(f"{operation}: {name}={value} is none of {parameter['enum']}")
    return problems


def _outside(path: str) -> bool:
    """Calls of other providers, which these descriptions do not hold."""
    return path == "/subscriptions" or "/locations/" in path
