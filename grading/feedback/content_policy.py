"""Content security policies: what a browser may do on a page that shows what students wrote."""

import base64
import hashlib
import html
import re
import secrets
from functools import cache

from grading.nbgrader_settings import NBGRADERS_TEMPLATES

NONCE = "nonce"  # in the resources of a page
ALWAYS = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"
# A page of feedback runs nothing and fetches nothing.
FEEDBACK = f"{ALWAYS}; style-src 'unsafe-inline'"
NAMES = ("student", "first_name", "last_name")


def grading_policy(resources: dict) -> str:
    """The policy of formgrader's page of a submission: nbgrader's own scripts and the server they came from.

    Args:
        resources: of the page that is being made; gets the nonce of its scripts.
    """
    handlers = " ".join(f"'sha256-{digest}'" for digest in _handlers())
    return (
        f"{ALWAYS}; style-src 'self' 'unsafe-inline'; font-src 'self'; connect-src 'self'; "
        f"script-src 'nonce-{_nonce(resources)}' 'unsafe-hashes' {handlers}"
    )


def own_scripts(text: str, resources: dict) -> str:
    """Gives the page's nonce to each script in a piece of nbgrader's own template."""
    return re.sub(r"<script\b", f'<script nonce="{_nonce(resources)}"', text)


def escaped_names(resources: dict) -> dict:
    """The resources with names that may stand on a page: nbgrader's template does not escape them."""
    return {**resources, **{name: html.escape(resources[name]) for name in NAMES if resources.get(name)}}


def _nonce(resources: dict) -> str:
    return resources.setdefault(NONCE, secrets.token_urlsafe(16))


@cache
def _handlers() -> list[str]:
    """Digests of the handlers within nbgrader's tags, such as that of a click on the eye beside a name."""
    template = (NBGRADERS_TEMPLATES / "formgrade" / "formgrade_macros.html.j2").read_text(encoding="utf-8")
    found = re.findall(r'\son\w+="([^"{]*)"', template)
    return [base64.b64encode(hashlib.sha256(source.encode()).digest()).decode() for source in found]
