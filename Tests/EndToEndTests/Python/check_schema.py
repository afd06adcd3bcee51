"""Checks lines of JSON against a JSON Schema."""

import json
import sys

import jsonschema

with open(sys.argv[1]) as file:
    schema = json.load(file)
validator = jsonschema.Draft202012Validator(schema)
count = 0
with open(sys.argv[2]) as file:
    for line in file:
        validator.validate(json.loads(line))
        count += 1
print(f"{count} records fit")
