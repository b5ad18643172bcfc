"""What goes over the engine's wire: the bodies it reads and the shapes it answers with."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.moment import MomentKind
from mcp_nemo.engine.render.plan import Quality
from mcp_nemo.engine.store import RenderRow


class Refused(Exception):
    """A refusal with one of the documented codes; `status` is the HTTP status it travels with."""

    def __init__(self, code: int, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class NewSession(_Body):
    task_name: str = "project"
    language: str = "en"


class _Part(_Body):
    text: str = ""


class _Message(_Body):
    parts: list[_Part]

    @property
    def text(self) -> str:
        return "\n".join(part.text for part in self.parts if part.text)


class Run(_Body):
    session_id: str
    new_message: _Message


class Urls(_Body):
    urls: list[str]


class _Output(_Body):
    format: Literal["mp4"] = "mp4"
    quality: Quality = "high"


class NewRender(_Body):
    id: str = Field(pattern=r"^[\w.-]{1,128}$")
    session_id: str = Field(alias="sessionId")
    draft: dict[str, Any]
    output: _Output = _Output()


class WantedMoment(_Body):
    """Our own: the API has no moments."""

    at_ms: int = Field(ge=0)
    kind: MomentKind


def ok(**data: object) -> JSONResponse:
    return JSONResponse({"code": 0, "message": "ok", "data": data})


def refusal(refused: Refused) -> JSONResponse:
    return JSONResponse({"code": refused.code, "message": refused.message}, refused.status)


def file_shape(request: Request, info: MediaInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "filename": info.name,
        "file_type": info.kind,
        "cdn_url": str(request.url_for("media", media_id=info.id)),
        "duration": info.duration_ms / 1000,
        "width": info.width,
        "height": info.height,
        "fps": info.frame_rate,
    }


def render_shape(request: Request, row: RenderRow) -> dict[str, Any]:
    shape: dict[str, Any] = {"id": row.id, "status": row.status, "progress": row.progress}
    if row.result:
        url = request.url_for("render", secret=row.secret, name=f"{row.id}.mp4")
        result = row.result
        shape["output"] = {
            "url": str(url),
            "duration": result["duration_ms"] / 1000,
            "size": result["size"],
            # Our own: the share of the pictures that was not encoded anew, and what could not be done.
            "copied": result.get("copied", 0),
            "warnings": result.get("warnings", []),
        }
    if row.error:
        # A word for machines beside the sentence: `error_code` is this engine's own.
        shape |= {"error": row.error, "error_code": row.error_code}
    return shape
