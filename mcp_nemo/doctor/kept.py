"""What earlier runs kept on this machine: the journal, and the anonymous token. Nothing is changed."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from mcp_nemo.api.credentials import Vault
from mcp_nemo.api.models import AnonymousGrant
from mcp_nemo.doctor.findings import Finding, ok, problem
from mcp_nemo.errors import NotWritable
from mcp_nemo.journal import Journal, RenderEntry, SessionEntry, journal_path
from mcp_nemo.settings import Settings, credentials_dir


class KeptToken:
    """An anonymous token that is used as it is: to renew it would be to obtain one."""

    own = False

    def __init__(self, grant: AnonymousGrant) -> None:
        self.user_id = grant.user_id
        self._token = grant.token.get_secret_value()

    async def token(self) -> str:
        return self._token

    async def renew(self, rejected: str) -> str | None:
        return None


def kept_token(settings: Settings) -> KeptToken | None:
    """The anonymous token of the cloud that is configured, where one is kept that still holds."""
    grant = _kept_grant(settings)
    return KeptToken(grant) if grant and not grant.expired(datetime.now(UTC)) else None


def kept_secret(settings: Settings) -> str:
    """The same as text, also when it has run out; empty where there is none to be read."""
    try:
        grant = _kept_grant(settings)
    except NotWritable:
        return ""
    return grant.token.get_secret_value() if grant else ""


def _kept_grant(settings: Settings) -> AnonymousGrant | None:
    return Vault(credentials_dir(), settings.cloud_url, settings.client_id).grant()


def check_journal(settings: Settings) -> Finding:
    path = journal_path(settings.home)
    try:
        if not path.exists():
            return ok("journal", "none yet: it is made with the first session")
        complaints = _complaints(path)
        sessions = Journal(settings.home).sessions()
    except (OSError, sqlite3.Error) as error:
        complaints = [str(error)]
    if complaints:
        fix = f"Stop all servers and check whose {path} is; if it is damaged, move it away for a new one."
        return problem("journal", f"{path}: {complaints[0]}", fix)
    return ok("journal", f"{path} is sound; sessions in it: {len(sessions)}")


def _complaints(path: Path) -> list[str]:
    # rw: a file that must be there already.
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=10)) as db:
        # SQLite opens what it may only read without a word; a write says so, and is taken back.
        db.execute("BEGIN IMMEDIATE")
        db.execute("CREATE TABLE written_by_doctor (x)")
        db.execute("ROLLBACK")
        return [row[0] for row in db.execute("PRAGMA quick_check") if row[0] != "ok"]


def kept_work(settings: Settings) -> tuple[SessionEntry, RenderEntry | None] | None:
    """The latest session of the cloud that is configured, and its latest render."""
    if not journal_path(settings.home).exists() or check_journal(settings).state != "ok":
        return None
    journal = Journal(settings.home)
    for session in journal.sessions():
        if (session.backend, session.api_url) == ("cloud", settings.cloud_url):
            return session, journal.last_render(session.id)
    return None
