"""No secret in a report: parameters that are named or look like one are refused, messages hide theirs.

A parameter of a report stands in the notebook, on the page and in the state of the run: whatever is given
as one is published.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from ..errors import Fault
from .messages import message

__all__ = ["HIDDEN", "private", "refuse_secrets"]

HIDDEN = "…"
_WORDS = frozenset(
    {
        "passcode", "pwd", "secret", "secrets", "token", "tokens", "auth", "authorization", "bearer",
        "accesskey", "cookie",
    }
)  # fmt: skip
_PAIRS = frozenset(
    {"api_key", "private_key", "access_key", "secret_key", "account_key", "ssh_key", "pass_word"}
)
_INSIDE = ("password", "passwd", "passphrase", "credential", "apikey", "privatekey", "secretkey")
_CHINESE = ("密码", "口令", "密钥", "私钥", "令牌", "凭证", "凭据")
_VALUES = (
    re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@", re.IGNORECASE),  # an address with a password
    re.compile(r"-----BEGIN [A-Z ]+-----"),
    re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|sk-|xox[abprs]-)[A-Za-z0-9_-]{16,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\."),  # a signed token
    re.compile(r"\bBearer\s+[A-Za-z0-9._~+/-]{16,}", re.IGNORECASE),
)
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){16,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_MIXED = 4  # an id of a plan or an area has no such mixture of digits and letters
_NAME = 60  # characters of a name that a message shows
_SHORTEST = 6  # characters of an environment variable that is hidden; a shorter one stands in any text


def refuse_secrets(parameters: Mapping[str, object]) -> list[Fault]:
    """A fault for each parameter whose name is that of a secret, or whose value looks like one.

    Parameters
    ----------
    parameters : mapping
        Names to values. A name may be in snake_case, camelCase or Chinese; of the values only texts are
        looked at.

    Returns
    -------
    list of Fault
        Each names its parameter; none holds its value.

    Examples
    --------
    >>> [f.what for f in refuse_secrets({"area": "220000", "db_password": "abc", "plan": "https://me:pw@host/"})]
    ["parameter 'db_password' is named like a secret", "parameter 'plan' holds what looks like a secret"]
    >>> refuse_secrets({"area": "吉林", "plan": "national14", "alpha": 0.1, "keyword": "token_count"})
    []
    """
    faults = []
    for name, value in parameters.items():
        if _names_a_secret(str(name)):
            faults.append(_fault(str(name), "is named like a secret", "secret_named"))
        elif isinstance(value, str) and _is_a_secret(value):
            faults.append(_fault(str(name), "holds what looks like a secret", "secret_value"))
    return faults


def _fault(name: str, what: str, key: str) -> Fault:
    shown = name if len(name) <= _NAME else name[: _NAME - 1] + HIDDEN
    return Fault(
        f"parameter {shown!r} {what}",
        next_step="leave it out: parameters stand in the notebook and on the page",
        zh=message(key, "zh", name=shown),
    )


def _names_a_secret(name: str) -> bool:
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    words = [w for w in re.split(r"[^0-9a-z]+", parts) if w]
    pairs = {f"{a}_{b}" for a, b in pairwise(words)}
    bare = {w.rstrip("0123456789") for w in words}
    inside = any(word in name for word in _CHINESE) or any(word in parts for word in _INSIDE)
    return bool(inside or bare & _WORDS or pairs & _PAIRS)


def _is_a_secret(value: str) -> bool:
    text = value.strip()
    if any(pattern.search(text) for pattern in _VALUES):
        return True
    digits, upper, lower = (len(re.findall(kind, text)) for kind in ("[0-9]", "[A-Z]", "[a-z]"))
    if _HEX.fullmatch(text):
        return digits >= _MIXED and upper + lower >= _MIXED
    return bool(_BASE64.fullmatch(text)) and digits > 0 and min(upper, lower) >= _MIXED


def private(text: str, root: Path | None = None) -> str:
    """A message without what belongs to this machine: paths, and values of secret environment variables.

    Parameters
    ----------
    text : str
        An error message or a traceback.
    root : pathlib.Path, optional
        The project: paths below it begin with a dot.

    Returns
    -------
    str
        Paths of the interpreter, its libraries and this package begin with ``<python>``, those of the user's
        home with ``~``. A secret in the environment, in an address or in a known form is replaced by ``…``.
    """
    for name, value in os.environ.items():
        held = len(value) >= _SHORTEST and not value.startswith(("/", "~"))  # PWD and SSH_AUTH_SOCK are paths
        if held and (_names_a_secret(name) or _is_a_secret(value)):
            text = text.replace(value, HIDDEN)
    text = _VALUES[0].sub(lambda m: m[0].partition("://")[0] + f"://{HIDDEN}@", text)
    for pattern in _VALUES[1:]:
        text = pattern.sub(HIDDEN, text)
    code = {sys.prefix, sys.base_prefix, str(Path(__file__).parents[2])}
    places = dict.fromkeys(code, "<python>") | {str(Path("~").expanduser()): "~"}
    if root is not None:
        places |= {str(root.resolve()): ".", str(root.absolute()): "."}
    # the longest first: the interpreter may live inside the project, the project in the home
    for place in sorted(places, key=len, reverse=True):
        if len(place) > 1:
            text = _shortened(text, place, places[place])
    return text


def _shortened(text: str, place: str, short: str) -> str:
    """Put the short form of a folder in its place, not in that of another whose name begins with its own."""
    for form in {place, place.replace("\\", "/"), place.replace("\\", "\\\\")}:
        text = re.sub(re.escape(form) + r"(?=[/\\]|[^\w.-]|\.(?:\s|$)|$)", short, text)
    return text
