"""Where a ledger of households lies: one encrypted file outside the project.

Nothing is ever written unencrypted. A new file is written aside and moved over the old one, so that a
process that dies leaves the old one whole.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import stat
import struct
import sys
import unicodedata
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pandas as pd

from ..errors import CoverageError, Fault, ParameterError, RawTableError

__all__ = [
    "FEWEST_CHARACTERS",
    "Contents",
    "Vault",
    "check_place",
    "default_folder",
    "forget_vault",
    "new_contents",
    "open_vault",
    "save_vault",
    "vault_file",
]

FEWEST_CHARACTERS = 12  # of a new passphrase
_NAME, _ASIDE = "ledger.vault", ".ledger.vault-"
_HEAD = struct.Struct(">8sBBB16s12s")  # magic, log2 n, r, p, salt, nonce
_MAGIC = b"CBSLEDG1"
_LOG_N, _R, _P = 17, 8, 1  # 128 MB and about a second for each guess
_MOST_LOG_N = 20  # a header that asks for more is no header of ours


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a vault holds; its text form shows nothing of it.

    Attributes
    ----------
    area : str
        Code of the area.
    hash_key : bytes
        32 random bytes, made once; with them identity numbers become ids, and without them nobody can tell
        which number has which id.
    ledger : pandas.DataFrame
        One row a household and month; empty before the first import.
    published : tuple of str
        Every publication, as its CSV.
    key_of : str
        What the ids were made of: `household_number` or `identity_number`; "" before the first import.
    """

    area: str
    hash_key: bytes = field(repr=False)
    ledger: pd.DataFrame = field(repr=False)
    published: tuple[str, ...] = field(default=(), repr=False)
    key_of: str = ""


@dataclass(frozen=True, kw_only=True)
class Vault:
    """An opened vault: its folder, what it holds, and which file was opened ("" if there was none)."""

    folder: Path
    contents: Contents = field(repr=False)
    seal: str = field(default="", repr=False)


def default_folder() -> Path:
    """The folder for data of this user on this system, never one of the project."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "cbs_analysis" / "ledger"


def vault_file(folder: Path) -> Path:
    """The encrypted file in a folder."""
    return folder / _NAME


def check_place(folder: Path) -> Path:
    """Whether a vault may lie in a folder; the folder without links.

    Raises
    ------
    ParameterError
        Inside a project (a folder above holds data/raw) or a git checkout, where it would be copied along, or
        in a folder that others may enter.
    """
    place = folder.expanduser().resolve()
    for above in (place, *place.parents):
        what = "a git checkout" if (above / ".git").exists() else "a project"
        if what == "a git checkout" or (above / "data" / "raw").is_dir():
            raise ParameterError(
                Fault(
                    f"the vault may not lie inside {what}",
                    where=str(place),
                    expected="a folder of your own that nobody copies along with the project",
                    next_step="name a folder outside with --vault",
                    code="vault_place",
                )
            )
    if os.name == "posix" and place.is_dir() and stat.S_IMODE(place.stat().st_mode) & 0o077:
        raise ParameterError(
            Fault(
                "other users of this computer may enter the folder of the vault",
                where=str(place),
                next_step="take their permissions away: chmod 700",
                code="vault_open_to_others",
            )
        )
    return place


def new_contents(area: str) -> Contents:
    """An empty ledger with a new random key."""
    return Contents(area=area, hash_key=secrets.token_bytes(32), ledger=pd.DataFrame())


def open_vault(folder: Path, passphrase: str) -> Vault:
    """Decrypt a vault, in memory alone.

    Raises
    ------
    CoverageError
        There is none.
    ParameterError
        The passphrase is wrong, or the file is damaged: the two cannot be told apart.
    RawTableError
        The file is no vault.
    """
    place = check_place(folder)
    path = vault_file(place)
    if not path.exists():
        raise CoverageError(
            Fault(
                "there is no ledger here",
                where=str(place),
                next_step="import one: cbs-analysis ledger import FILE.xlsx",
                code="no_vault",
            )
        )
    sealed = path.read_bytes()
    return Vault(folder=place, contents=_unpack(_decrypt(sealed, passphrase)), seal=_digest(sealed))


def save_vault(vault: Vault, passphrase: str) -> Vault:
    """Encrypt and write a vault over the one that was opened.

    Parameters
    ----------
    vault : Vault
        With new contents (`dataclasses.replace`); with `seal` "" where there was no file.
    passphrase : str

    Returns
    -------
    Vault
        With the seal of the new file.

    Raises
    ------
    ParameterError
        The passphrase of a new vault is too short, the place is not fit, or the file changed since it was
        opened.
    """
    place = check_place(vault.folder)
    if not vault.seal and len(passphrase) < FEWEST_CHARACTERS:
        raise ParameterError(
            Fault(
                "the passphrase is too short",
                expected=f"at least {FEWEST_CHARACTERS} characters",
                next_step="choose several words; without it the ledger cannot be read again",
                code="passphrase_short",
            )
        )
    sealed = _encrypt(_pack(vault.contents), passphrase)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name == "posix":
        place.chmod(0o700)
    path = vault_file(place)
    held = _digest(path.read_bytes()) if path.exists() else ""
    if held != vault.seal:
        raise ParameterError(
            Fault(
                "the ledger was changed by somebody else in the meantime",
                where=str(place),
                next_step="run the command again; nothing was written",
                code="vault_changed",
            )
        )
    _clear_asides(place)
    aside = place / f"{_ASIDE}{secrets.token_hex(8)}"
    try:
        _write(aside, sealed)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    if os.name == "posix":
        _sync_folder(place)
    return Vault(folder=place, contents=vault.contents, seal=_digest(sealed))


def forget_vault(folder: Path) -> bool:
    """Delete the vault and what an interrupted write left of it; False if there was none."""
    place = check_place(folder)
    path = vault_file(place)
    there = path.exists()
    path.unlink(missing_ok=True)
    if place.is_dir():
        _clear_asides(place)
        if not any(place.iterdir()):
            place.rmdir()
    return there


# --- bytes ---------------------------------------------------------------------------------------


def _write(path: Path, content: bytes) -> None:
    number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _clear_asides(folder: Path) -> None:
    for left in folder.glob(f"{_ASIDE}*"):  # encrypted too, but of no use
        left.unlink(missing_ok=True)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _key(passphrase: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    secret = unicodedata.normalize("NFC", passphrase).encode()
    return Scrypt(salt=salt, length=32, n=2**log_n, r=r, p=p).derive(secret)


def _encrypt(plain: bytes, passphrase: str) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    head = _HEAD.pack(_MAGIC, _LOG_N, _R, _P, salt, nonce)
    return head + AESGCM(_key(passphrase, salt, _LOG_N, _R, _P)).encrypt(nonce, plain, head)


def _decrypt(sealed: bytes, passphrase: str) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head = sealed[: _HEAD.size]
    fields = _HEAD.unpack(head) if len(head) == _HEAD.size else (b"", 0, 0, 0, b"", b"")
    magic, log_n, r, p, salt, nonce = fields
    if magic != _MAGIC or not (1 <= log_n <= _MOST_LOG_N and 1 <= r <= 16 and 1 <= p <= 4):
        raise RawTableError(
            Fault(
                "the file is no vault of this package", next_step="restore it from a backup", code="no_vault"
            )
        )
    try:
        return AESGCM(_key(passphrase, salt, log_n, r, p)).decrypt(nonce, sealed[_HEAD.size :], head)
    except InvalidTag:
        raise ParameterError(
            Fault(
                "the passphrase is wrong, or the file is damaged",
                next_step="try again, or restore the file from a backup; nothing was changed",
                code="passphrase_wrong",
            )
        ) from None


def _pack(contents: Contents) -> bytes:
    table = BytesIO()
    frame = contents.ledger
    if len(frame):
        frame.assign(month=frame["month"].astype(str)).reset_index(drop=True).to_parquet(table)
    return json.dumps(
        {
            "area": contents.area,
            "hash_key": contents.hash_key.hex(),
            "published": list(contents.published),
            "key_of": contents.key_of,
            "ledger": base64.b64encode(table.getvalue()).decode(),
        },
        ensure_ascii=False,
    ).encode()


def _unpack(plain: bytes) -> Contents:
    held = json.loads(plain)
    table = base64.b64decode(held["ledger"])
    frame = pd.read_parquet(BytesIO(table), engine="pyarrow") if table else pd.DataFrame()
    if len(frame):
        frame["month"] = pd.PeriodIndex(frame["month"], freq="M")
    return Contents(
        area=held["area"],
        hash_key=bytes.fromhex(held["hash_key"]),
        ledger=frame,
        published=tuple(held["published"]),
        key_of=held["key_of"],
    )
