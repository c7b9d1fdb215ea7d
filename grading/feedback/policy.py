"""What a browser lets a page do (its Content-Security-Policy), for feedback and for formgrader's page of a submission."""

import re
import secrets

NONCE = "page_nonce"  # in a page's resources
# Nothing is fetched, nothing runs, nothing is sent: such a page is text and pictures of its own.
FEEDBACK = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
# Where it ends up, nbgrader's own part of the page is over.
STUDENTS_PART = '<div id="notebook"'
HANDLER = re.compile(r' onclick="toggle_name\((true|false)\);"')


def new_nonce() -> str:
    """A word that no page had before: a script without it does not run."""
    return secrets.token_urlsafe(16)


def formgrader_policy(nonce: str) -> str:
    """The policy of formgrader's page, whose own scripts and styles come from the same server."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'"
    )


def sign_scripts(page: str, nonce: str) -> str:
    """Gives nbgrader's own scripts the nonce and drops its inline handlers; a student's part gets no nonce."""
    ours, mark, theirs = str(page).partition(STUDENTS_PART)
    return HANDLER.sub("", ours).replace("<script", f'<script nonce="{nonce}"') + mark + theirs
