"""Schemas as assistants get them: every word in them is read, and paid for, in each conversation.

The SDK's come from pydantic: correct, but with a title on every field, references that strict clients
refuse, and room for arguments that do not exist.
"""

import inspect
from collections.abc import Mapping
from typing import Any, Final

import mcp_types as t

Schema = Mapping[str, Any]

# They say no more than that a field may be left out.
_IMPLIED_DEFAULTS: Final[tuple[object, ...]] = (None, "", [], 0, False)
_KEPT: Final = ("type", "enum", "const", "minimum", "maximum", "minItems")


def published(tool: t.Tool) -> t.Tool:
    """A tool with its schemas made small and strict, and its description unwrapped."""
    paragraphs = inspect.cleandoc(tool.description or "").split("\n\n")
    return tool.model_copy(
        update={
            "description": "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs),
            "input_schema": _arguments(tool.input_schema),
            "output_schema": tool.output_schema and _reduced(tool.output_schema, tool.output_schema),
        }
    )


def _arguments(schema: Schema) -> dict[str, Any]:
    """Arguments are described each; of an answer the tool's description tells.

    Only of arguments some are required: many clients hold a failure to the schema of the answer.
    """
    slim = _reduced(schema, schema)
    for name, field in slim["properties"].items():
        field["description"] = schema["properties"][name]["description"]
    required = {"required": schema["required"]} if "required" in schema else {}
    return slim | required | {"additionalProperties": False}


def _reduced(schema: Schema, root: Schema) -> dict[str, Any]:
    if reference := schema.get("$ref"):
        return _reduced(root["$defs"][reference.rpartition("/")[2]], root)
    if alternatives := schema.get("anyOf"):
        # What is None stays out of an answer, and an optional part is named but not spelled out.
        [kind] = [one for one in alternatives if one != {"type": "null"}]
        return {"type": "object"} if "$ref" in kind else _reduced(kind, root)
    slim = {key: value for key, value in schema.items() if key in _KEPT}
    if schema.get("default") not in _IMPLIED_DEFAULTS:
        slim["default"] = schema["default"]
    if "properties" in schema:
        slim["properties"] = {name: _reduced(field, root) for name, field in schema["properties"].items()}
    if "items" in schema:
        slim["items"] = _reduced(schema["items"], root)
    return slim
