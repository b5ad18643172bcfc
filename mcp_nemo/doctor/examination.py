"""All checks in their order, and the one way out for what they say."""

import os

import anyio
import click

from mcp_nemo.doctor import report
from mcp_nemo.doctor.cloud import Look, check_cloud
from mcp_nemo.doctor.configuration import check_configuration
from mcp_nemo.doctor.engine import check_engine, check_rendering
from mcp_nemo.doctor.findings import Diagnosis, Section
from mcp_nemo.doctor.folders import check_folders
from mcp_nemo.doctor.installation import check_installation
from mcp_nemo.doctor.kept import check_journal
from mcp_nemo.doctor.redaction import redacted
from mcp_nemo.settings import Settings


def run_doctor(settings: Settings, *, cloud: bool, as_json: bool) -> int:
    """Print what was found; the exit code is 1 where something would stop a user."""
    diagnosis = examine(settings, cloud=cloud)
    told = report.as_json(diagnosis) if as_json else report.as_text(diagnosis)
    click.echo(redacted(told, settings))
    return 0 if diagnosis.ok else 1


def examine(settings: Settings, *, cloud: bool) -> Diagnosis:
    look = anyio.run(check_cloud, settings) if cloud else Look([], [])
    sections = {
        "Installation": check_installation(),
        "Configuration": check_configuration(settings, os.environ),
        "Folders": [*check_folders(settings), check_journal(settings)],
        "Engine": [anyio.run(check_engine, settings), *check_rendering()],
        "Cloud": look.findings,
    }
    return Diagnosis(
        tuple(Section(title, tuple(findings)) for title, findings in sections.items() if findings),
        tuple(look.shapes),
    )
