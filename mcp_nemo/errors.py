"""Every failure a user can meet, each with a code, a message and a hint.

NemoError
  InputError            what was asked for cannot be done as asked
    BadArguments, EmptyInstruction, FileNotFound, NotAFile, FileUnreadable, EmptyFile, UnsupportedMedia,
    SubtitlesNotTaken, FileTooLarge, PathNotAllowed, BadName, NoSession, UnknownSession, EmptyTimeline,
    NoTitles, UnknownRender, OutcomeLost, NothingToShow, Cancelled
  BackendError          the backend answered, and refused
    TokenRejected, SessionGone, OutOfCredits, ExportBlocked, BadRequest, Forbidden, NotFound,
    RateLimited, ServerFault, UnexpectedAnswer, EditFailed, EditLost, RenderFailed
  TransportError        the backend could not be reached, or went silent
    ConnectionFailed, ConnectionBroken, BackendTimeout, EditTimedOut
  MachineError          something on this machine is in the way
    DiskFull, NotWritable, EngineUnavailable, ConfigurationError
"""

from pathlib import Path
from typing import ClassVar

VIDEO_SUFFIXES = ("mp4", "mov", "avi", "webm", "mkv")
IMAGE_SUFFIXES = ("jpg", "jpeg", "png", "gif", "webp")
AUDIO_SUFFIXES = ("mp3", "wav", "m4a", "aac")
SUBTITLE_SUFFIXES = ("srt", "vtt")
MAX_UPLOAD_BYTES = 500 * 1024 * 1024

_FORMATS = "video mp4, mov, avi, webm, mkv · image jpg, png, gif, webp · audio mp3, wav, m4a, aac"
_ON_THIS_MACHINE = "in sessions of this machine also subtitles srt, vtt"


class NemoError(Exception):
    """What every failure has: a code for machines, a message and a hint for people."""

    code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(NemoError):
    """What was asked for cannot be done as asked."""

    code = "bad_input"


class BadArguments(InputError):
    """A tool was called with arguments it does not take."""

    code = "bad_arguments"

    def __init__(self, tool: str, found: str, hint: str) -> None:
        super().__init__(f"{tool} was not called: {found}.", hint)


class EmptyInstruction(InputError):
    """An edit was asked for without saying which."""

    code = "empty_instruction"

    def __init__(self) -> None:
        super().__init__(
            "There is no instruction, and no edit is running.",
            'Say what to change, for example "Add calm background music at 40%".',
        )


class FileNotFound(InputError):
    code = "file_not_found"

    def __init__(self, path: str) -> None:
        super().__init__(f"There is no file at {path}.", "Check the path; it must be absolute.")


class NotAFile(InputError):
    code = "not_a_file"

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is not a file.", "Name the files themselves, one path each.")


class FileUnreadable(InputError):
    code = "file_unreadable"

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} may not be read.", "Mend its permissions, or copy it elsewhere.")


class EmptyFile(InputError):
    code = "empty_file"

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is empty.", "Check that the recording or download finished.")


class UnsupportedMedia(InputError):
    """The file is not media, or of a kind that is not accepted; the cloud's code 4001."""

    code = "unsupported_media"

    def __init__(self, name: str, reason: str = "is not a media file that can be edited") -> None:
        super().__init__(f"{name} {reason}.", f"Accepted: {_FORMATS}; {_ON_THIS_MACHINE}.")


class SubtitlesNotTaken(InputError):
    """A file of subtitles for the cloud, which knows none."""

    code = "subtitles_not_taken"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Sessions in the cloud take no files of subtitles, so {name} was not sent.",
            'Paste its text into send_edit, after "Add these subtitles:".',
        )


class FileTooLarge(InputError):
    """Over 500 MB; the cloud's code 4002."""

    code = "file_too_large"

    def __init__(self, name: str, size: int | None = None) -> None:
        measured = f" ({size / 1024 / 1024:.0f} MB)" if size is not None else ""
        super().__init__(f"{name} is too large{measured}.", "The limit is 500 MB: compress or trim it first.")


class PathNotAllowed(InputError):
    code = "path_not_allowed"

    def __init__(self, path: str, allowed: tuple[Path, ...]) -> None:
        folders = ", ".join(str(folder) for folder in allowed)
        super().__init__(
            f"{path} is outside the folders this server may use, or hidden.",
            f"Allowed: {folders}. Move the file there, or set NEMO_MEDIA_DIRS.",
        )


class BadName(InputError):
    """A name for an export that no file can have."""

    code = "bad_name"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"The export cannot be saved as {name!r}: {reason}.", "Give a file name such as lisbon.mp4."
        )


class NoSession(InputError):
    code = "no_session"

    def __init__(self) -> None:
        super().__init__("There is no editing session yet.", "Call create_session first.")


class UnknownSession(InputError):
    code = "unknown_session"

    def __init__(self, session_id: str) -> None:
        super().__init__(
            f"There is no session {session_id!r} here.",
            "Leave session_id empty for the latest session, or call create_session.",
        )


class EmptyTimeline(InputError):
    code = "empty_timeline"

    def __init__(self) -> None:
        super().__init__(
            "The timeline is empty, so there is nothing to export.",
            "Upload a video with upload_media, then export again.",
        )


class NoTitles(InputError):
    """Subtitles were asked for, and no title is shown."""

    code = "no_titles"

    def __init__(self) -> None:
        super().__init__(
            "The timeline has no titles, so there are no subtitles to export.",
            'Add one with send_edit, for example a title "Lisbon" for the first 3 seconds.',
        )


class UnknownRender(InputError):
    code = "unknown_render"

    def __init__(self, render_id: str) -> None:
        super().__init__(
            f"There is no render {render_id!r} here.",
            "Call export_video without render_id to start or find the latest one.",
        )


class OutcomeLost(InputError):
    """Work that was begun here, and that nobody follows any more."""

    code = "outcome_lost"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"What came of the {what} was read in another way, or lost when the server ended.",
            "Look at get_timeline, and repeat only what is missing there.",
        )


class NothingToShow(InputError):
    """A preview was asked for, and there is none."""

    code = "nothing_to_show"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"There is nothing to look at: {reason}.",
            "Call export_video for a film to look at; get_timeline says in words what there is.",
        )


class Cancelled(InputError):
    """Work that was called off while it ran."""

    code = "cancelled"

    def __init__(self, what: str) -> None:
        super().__init__(f"The {what} was cancelled.", "Ask for it again if it is wanted after all.")


class BackendError(NemoError):
    """The backend answered, and refused."""

    code = "backend_error"


class TokenRejected(BackendError):
    """The token is missing, wrong or expired; the cloud's code 1001."""

    code = "token_rejected"

    def __init__(self, own: bool) -> None:
        hint = (
            "Set NEMO_TOKEN to a valid token, or unset it to use an anonymous one."
            if own
            else "The anonymous token was refused; try again in a minute."
        )
        super().__init__("The backend does not accept the token.", hint)


class SessionGone(BackendError):
    """The backend no longer has the session; the cloud's code 1002."""

    code = "session_not_found"

    def __init__(self) -> None:
        super().__init__(
            "The backend no longer has this session, and its timeline with it.",
            "Call create_session and upload the media again.",
        )


class OutOfCredits(BackendError):
    """The cloud's code 2001."""

    code = "out_of_credits"

    def __init__(self, register_url: str | None) -> None:
        hint = (
            f"Register to get more: {register_url}"
            if register_url
            else "Top up on the NemoVideo website, then say it again."
        )
        super().__init__("There are not enough credits for this edit; nothing was changed.", hint)


class ExportBlocked(BackendError):
    """HTTP 402: the plan does not include export. It is not about credits."""

    code = "export_blocked"

    def __init__(self) -> None:
        super().__init__(
            "The backend does not allow export on this plan; credits are not the reason.",
            "Register or upgrade your plan to unlock export.",
        )


class BadRequest(BackendError):
    code = "bad_request"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            f"The backend refused the request{': ' + detail if detail else '.'}",
            "Try it in another way; get_timeline shows what there is.",
        )


class Forbidden(BackendError):
    code = "forbidden"

    def __init__(self) -> None:
        super().__init__(
            "The backend does not allow this with the present token.",
            "Check that the session belongs to this account.",
        )


class NotFound(BackendError):
    code = "not_found"

    def __init__(self, what: str = "what was asked for") -> None:
        super().__init__(f"The backend does not have {what}.", "Look at get_timeline for what there is.")


class RateLimited(BackendError):
    """HTTP 429."""

    code = "rate_limited"
    retryable = True

    def __init__(self, retry_after: float | None = None) -> None:
        wait = f"{retry_after:.0f} seconds" if retry_after else "a minute"
        super().__init__("The backend asks for fewer requests.", f"Wait {wait}, then try again.")


class ServerFault(BackendError):
    """HTTP 5xx, or a code of the backend's that is not documented."""

    code = "server_error"
    retryable = True

    def __init__(self, detail: str) -> None:
        super().__init__(f"The backend failed ({detail}).", "Read the timeline before trying again.")


class UnexpectedAnswer(BackendError):
    """The answer does not look like anything documented."""

    code = "unexpected_answer"

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"The backend's answer could not be read: {detail}.",
            "Try again; if it stays, the backend may have changed: look for a newer mcp-nemo.",
        )


class RenderFailed(BackendError):
    code = "render_failed"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The render failed: {reason}",
            "The timeline is unchanged; call export_video to try again.",
        )


class EditFailed(BackendError):
    """The agent said that it could not do what it understood."""

    code = "edit_failed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "Nothing was changed. Say it differently, or ask for something smaller.")


class EditLost(BackendError):
    """The connection broke off, and the draft stayed as it was."""

    code = "edit_not_applied"
    retryable = True

    def __init__(self) -> None:
        super().__init__(
            "The connection broke off during the edit, and the timeline has not changed since.",
            "Look at get_timeline; if the change is not there, say it again.",
        )


class TransportError(NemoError):
    """The backend could not be reached, or went silent."""

    code = "transport_error"
    retryable = True
    # Whether the request may have reached the backend: then an edit may be going on there.
    may_have_arrived: ClassVar[bool] = True


class ConnectionFailed(TransportError):
    """Nothing was sent: there was no connection to send it over."""

    code = "connection_failed"
    may_have_arrived = False

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host} cannot be reached: {reason}.", "Check the network, then try again.")


class ConnectionBroken(TransportError):
    """The connection ended in the middle of a request or its answer."""

    code = "connection_broken"

    def __init__(self, host: str, reason: str, doing: str) -> None:
        super().__init__(
            f"The connection to {host} broke off while {doing}: {reason}.",
            "Read the timeline before trying again.",
        )


class EditTimedOut(TransportError):
    """The backend did not finish an edit, or did not say anything about it, in the time there is."""

    code = "edit_timeout"
    retryable = False

    def __init__(self, seconds: float, *, silent: bool) -> None:
        what = "sent nothing but heartbeats" if silent else "did not finish the edit"
        super().__init__(
            f"The backend {what} for {seconds / 60:.0f} minutes, so the server stopped waiting.",
            "Look at get_timeline in a few minutes: the change may still come. Don't send it again before.",
        )


class BackendTimeout(TransportError):
    code = "timeout"

    def __init__(self, host: str, doing: str) -> None:
        super().__init__(
            f"{host} did not answer in time ({doing}).", "Read the timeline before trying again."
        )


class MachineError(NemoError):
    """Something on this machine is in the way."""

    code = "machine_error"


class DiskFull(MachineError):
    code = "disk_full"
    retryable = True

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"There is no room left on the disk of {folder}.",
            "Free some space and try again; the timeline is unchanged.",
        )


class NotWritable(MachineError):
    code = "not_writable"

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(
            f"{folder} cannot be written to: {reason}.", "Choose another folder, or mend its permissions."
        )


class EngineUnavailable(MachineError):
    """The engine on this machine did not start, or ended."""

    code = "engine_unavailable"
    retryable = True

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The editing engine is not running: {reason}.",
            "Try again; the log on stderr says more with NEMO_LOG_LEVEL=DEBUG.",
        )


class ConfigurationError(MachineError):
    code = "configuration_error"

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem, fix)
