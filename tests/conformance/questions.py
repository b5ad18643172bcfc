"""What the conformance suite asks to be asked: by `Resolve`, as our tools do, and round by round.

Tools and prompt have the suite's names, and where it looks for one, its keys of the questions.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import mcp_types as t
from mcp.server.mcpserver import Context, Elicit, ElicitationResult, Resolve, Sample
from pydantic import BaseModel, Field, WithJsonSchema

from mcp_nemo.server.app import NemoServer

AnyContext = Context[Any, Any]
Asked = t.CallToolResult | t.InputRequiredResult


def add_questions(server: NemoServer) -> None:
    for tool in (
        test_elicitation,
        test_elicitation_sep1034_defaults,
        test_elicitation_sep1330_enums,
        test_streaming_elicitation,
        test_sampling,
        test_missing_capability,
        test_input_required_result_elicitation,
        test_input_required_result_sampling,
        test_input_required_result_list_roots,
        test_input_required_result_request_state,
        test_input_required_result_tampered_state,
        test_input_required_result_multiple_inputs,
        test_input_required_result_multi_round,
        test_input_required_result_capabilities,
    ):
        server.add_tool(tool)
    server.prompt()(test_input_required_result_prompt)


class Person(BaseModel):
    username: str = Field(description="User's response")
    email: str = Field(description="User's email address")


def _ask_person(message: str) -> Elicit[Person]:
    return Elicit(message, Person)


async def test_elicitation(
    message: Annotated[str, Field(description="What to ask.")],
    person: Annotated[ElicitationResult[Person], Resolve(_ask_person)],
) -> t.CallToolResult:
    """Ask who is there."""
    return _said(f"User response: {person.model_dump_json()}")


class Defaults(BaseModel):
    name: str = "John Doe"
    age: int = 30
    score: float = 95.5
    status: Literal["active", "inactive", "pending"] = "active"
    verified: bool = True


def _ask_defaults() -> Elicit[Defaults]:
    return Elicit("Is this right?", Defaults)


async def test_elicitation_sep1034_defaults(
    answers: Annotated[ElicitationResult[Defaults], Resolve(_ask_defaults)],
) -> t.CallToolResult:
    """Ask with an answer ready."""
    return _said(f"Elicitation completed: {answers.model_dump_json()}")


_TITLED = [{"const": f"value{n}", "title": f"Option {n}"} for n in (1, 2, 3)]
_NAMED = {
    "type": "string",
    "enum": ["opt1", "opt2", "opt3"],
    "enumNames": ["Option One", "Option Two", "Option Three"],
}
Option = Literal["option1", "option2", "option3"]


class Choices(BaseModel):
    untitledSingle: Option
    titledSingle: Annotated[str, WithJsonSchema({"type": "string", "oneOf": _TITLED})]
    legacyEnum: Annotated[str, WithJsonSchema(_NAMED)]
    untitledMulti: list[Option]
    titledMulti: Annotated[list[str], WithJsonSchema({"type": "array", "items": {"anyOf": _TITLED}})]


def _ask_choices() -> Elicit[Choices]:
    return Elicit("Which of them?", Choices)


async def test_elicitation_sep1330_enums(
    choices: Annotated[ElicitationResult[Choices], Resolve(_ask_choices)],
) -> t.CallToolResult:
    """Let choose."""
    return _said(f"Elicitation completed: {choices.model_dump_json()}")


async def test_streaming_elicitation(
    answers: Annotated[ElicitationResult[Defaults], Resolve(_ask_defaults)],
) -> t.CallToolResult:
    """Ask while the answer is awaited as a stream."""
    return _said(answers.action)


def _ask_model(prompt: str) -> Sample:
    return Sample([_message(prompt)], max_tokens=100)


async def test_sampling(
    prompt: Annotated[str, Field(description="What to ask the model.")],
    sampled: Annotated[t.CreateMessageResult, Resolve(_ask_model)],
) -> t.CallToolResult:
    """Ask the client's model."""
    return _said(f"LLM response: {sampled.content}")


def _ask_capital() -> Sample:
    return Sample([_message("What is the capital of France?")], max_tokens=100)


async def test_missing_capability(
    sampled: Annotated[t.CreateMessageResult, Resolve(_ask_capital)],
) -> t.CallToolResult:
    """Ask the client's model, whether it has one or not."""
    return _said(f"LLM response: {sampled.content}")


async def test_input_required_result_elicitation(ctx: AnyContext) -> Asked:
    """Ask for a name."""
    match (ctx.input_responses or {}).get("user_name"):
        case t.ElicitResult(content=dict(content)):
            return _said(f"Hello, {content['name']}!")
        case _:
            return _ask(user_name=_form("What is your name?", name="string"))


async def test_input_required_result_sampling(ctx: AnyContext) -> Asked:
    """Ask the client's model."""
    return _ask_once(ctx, capital_question=_sampling("What is the capital of France?"))


async def test_input_required_result_list_roots(ctx: AnyContext) -> Asked:
    """Ask for the client's folders."""
    return _ask_once(ctx, client_roots=t.ListRootsRequest())


async def test_input_required_result_request_state(ctx: AnyContext) -> Asked:
    """Ask, and know by the state that it did."""
    if ctx.request_state == "asked":
        return _said("state-ok")
    return _ask("asked", confirm=_form("Please confirm", ok="boolean"))


async def test_input_required_result_tampered_state(ctx: AnyContext) -> Asked:
    """Ask, and let nobody make the state up."""
    return await test_input_required_result_request_state(ctx)


async def test_input_required_result_multiple_inputs(ctx: AnyContext) -> Asked:
    """Ask three things at a time."""
    return _ask_once(
        ctx,
        user_name=_form("What is your name?", name="string"),
        greeting=_sampling("Generate a greeting"),
        client_roots=t.ListRootsRequest(),
    )


async def test_input_required_result_multi_round(ctx: AnyContext) -> Asked:
    """Ask one thing after another."""
    match ctx.request_state:
        case None:
            return _ask("first", step1=_form("Step 1: What is your name?", name="string"))
        case "first":
            return _ask("second", step2=_form("Step 2: What is your favorite color?", color="string"))
        case _:
            return _said("Thank you.")


async def test_input_required_result_capabilities(ctx: AnyContext) -> Asked:
    """Ask what the client can be asked."""
    can = ctx.client_capabilities or t.ClientCapabilities()
    questions: dict[str, t.InputRequest] = {}
    if can.sampling:
        questions["greeting"] = _sampling("Generate a greeting")
    if can.elicitation:
        questions["user_name"] = _form("What is your name?", name="string")
    return _ask_once(ctx, **questions)


async def test_input_required_result_prompt(ctx: AnyContext) -> str | t.InputRequiredResult:
    """Ask what the prompt is about."""
    if ctx.input_responses is None:
        return _ask(user_context=_form("What context should the prompt use?", context="string"))
    return "Use what was said."


def _ask(state: str | None = None, /, **questions: t.InputRequest) -> t.InputRequiredResult:
    return t.InputRequiredResult(input_requests=questions, request_state=state)


def _ask_once(ctx: AnyContext, **questions: t.InputRequest) -> Asked:
    return _ask("asked", **questions) if ctx.request_state is None else _said(_told(ctx.input_responses))


def _told(answers: Mapping[str, BaseModel] | None) -> str:
    return "; ".join(f"{key}: {answer.model_dump_json()}" for key, answer in (answers or {}).items())


def _form(message: str, **fields: str) -> t.ElicitRequest:
    schema = {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in fields.items()},
        "required": list(fields),
    }
    return t.ElicitRequest(params=t.ElicitRequestFormParams(message=message, requested_schema=schema))


def _sampling(prompt: str) -> t.CreateMessageRequest:
    params = t.CreateMessageRequestParams(messages=[_message(prompt)], max_tokens=100)
    return t.CreateMessageRequest(params=params)


def _message(text: str) -> t.SamplingMessage:
    return t.SamplingMessage(role="user", content=t.TextContent(type="text", text=text))


def _said(text: str) -> t.CallToolResult:
    return t.CallToolResult(content=[t.TextContent(type="text", text=text)])
