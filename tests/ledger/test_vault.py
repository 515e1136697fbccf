"""The vault: encrypted, private, whole whatever happens, and refused where it would leak."""

import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest

from cbs_analysis.errors import CoverageError, ParameterError, RawTableError
from cbs_analysis.ledger import vault as module
from cbs_analysis.ledger.vault import (
    Vault,
    default_folder,
    forget_vault,
    new_contents,
    open_vault,
    save_vault,
    vault_file,
)

SECRET = "correct horse battery staple"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(module, "_LOG_N", 4)


@pytest.fixture
def place(tmp_path):
    return tmp_path / "kept" / "vault"


def filled(place, name="a-household"):
    frame = pd.DataFrame({"household": [name], "month": pd.PeriodIndex(["2022-05"], freq="M")})
    frame["schooling_ok"] = pd.array([None], dtype="boolean")
    frame["exit_date"] = pd.to_datetime(pd.Series([None]))
    return Vault(folder=place, contents=replace(new_contents("99DM00"), ledger=frame, published=("x",)))


def test_what_goes_in_comes_out(place):
    saved = save_vault(filled(place), SECRET)
    held = open_vault(place, SECRET)
    assert held.seal == saved.seal
    assert held.contents.hash_key == saved.contents.hash_key
    assert held.contents.published == ("x",)
    pd.testing.assert_frame_equal(held.contents.ledger, filled(place).contents.ledger, check_dtype=False)
    assert str(held.contents.ledger["schooling_ok"].dtype) == "boolean"


def test_the_file_holds_nothing_readable_and_is_for_its_owner_alone(place):
    save_vault(filled(place), SECRET)
    sealed = vault_file(place).read_bytes()
    assert b"a-household" not in sealed
    assert b"PAR1" not in sealed
    if os.name == "posix":
        assert stat.S_IMODE(vault_file(place).stat().st_mode) == 0o600
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert [p.name for p in place.iterdir()] == ["ledger.vault"]


def test_the_same_contents_never_give_the_same_bytes(place):
    opened = save_vault(filled(place), SECRET)
    first = vault_file(place).read_bytes()
    save_vault(opened, SECRET)
    second = vault_file(place).read_bytes()
    assert first[11:] != second[11:]


def test_a_wrong_passphrase_is_refused_and_changes_nothing(place):
    save_vault(filled(place), SECRET)
    before = vault_file(place).read_bytes()
    with pytest.raises(ParameterError) as caught:
        open_vault(place, "wrong horse battery staple")
    assert caught.value.faults[0].code == "passphrase_wrong"
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    assert vault_file(place).read_bytes() == before


@pytest.mark.parametrize("at", [8, 9, 12, 30, 40, -1], ids=["n", "r", "salt", "nonce", "body", "tag"])
def test_one_changed_byte_is_noticed(place, at):
    save_vault(filled(place), SECRET)
    sealed = bytearray(vault_file(place).read_bytes())
    sealed[at] ^= 1
    vault_file(place).write_bytes(sealed)
    with pytest.raises((ParameterError, RawTableError)):
        open_vault(place, SECRET)


def test_a_header_that_asks_for_endless_work_is_refused_at_once(place):
    save_vault(filled(place), SECRET)
    sealed = bytearray(vault_file(place).read_bytes())
    sealed[8] = 40
    vault_file(place).write_bytes(sealed)
    with pytest.raises(RawTableError):
        open_vault(place, SECRET)


def test_a_short_passphrase_is_refused_for_a_new_vault(place):
    with pytest.raises(ParameterError, match="too short"):
        save_vault(filled(place), "short")
    assert not vault_file(place).exists()


def test_no_vault_is_a_refusal_with_the_next_step(place):
    with pytest.raises(CoverageError, match="ledger import"):
        open_vault(place, SECRET)


@pytest.mark.parametrize("inside", [".git", "data/raw"])
def test_a_vault_never_lies_in_a_project_or_checkout(tmp_path, inside):
    (tmp_path / inside).mkdir(parents=True)
    with pytest.raises(ParameterError) as caught:
        save_vault(filled(tmp_path / "deep" / "below"), SECRET)
    assert caught.value.faults[0].code == "vault_place"
    link = tmp_path.parent / f"{tmp_path.name}-link"
    link.symlink_to(tmp_path)
    with pytest.raises(ParameterError):
        save_vault(filled(link / "deep"), SECRET)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_folder_that_others_may_enter_is_refused(place):
    place.mkdir(parents=True)
    place.chmod(0o755)
    with pytest.raises(ParameterError, match="chmod 700"):
        save_vault(filled(place), SECRET)


def test_the_folder_of_the_user_is_never_in_the_project(monkeypatch, tmp_path, root):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert root not in default_folder().parents
    assert default_folder().parts[-2:] == ("cbs_analysis", "ledger")


def test_two_writers_do_not_overwrite_each_other(place):
    opened = save_vault(filled(place), SECRET)
    save_vault(opened, SECRET)
    with pytest.raises(ParameterError) as caught:
        save_vault(opened, SECRET)
    assert caught.value.faults[0].code == "vault_changed"


def test_nothing_secret_is_in_the_text_form(place):
    saved = save_vault(filled(place), SECRET)
    assert "a-household" not in repr(saved)
    assert saved.contents.hash_key.hex() not in repr(saved)
    assert str(saved.contents.hash_key) not in repr(saved)


def test_forgetting_leaves_nothing(place):
    save_vault(filled(place), SECRET)
    (place / ".ledger.vault-left").write_bytes(b"x")
    assert forget_vault(place)
    assert not place.exists()
    assert not forget_vault(place)


KILLED = """
import os, signal, sys
from pathlib import Path
from dataclasses import replace
from cbs_analysis.ledger import vault
import pandas as pd
vault._LOG_N = 4
place = Path(sys.argv[1])
opened = vault.open_vault(place, {secret!r})
frame = pd.DataFrame({{"household": ["new"], "month": pd.PeriodIndex(["2022-06"], freq="M")}})
die = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "write":
    os.fsync = die
else:
    Path.replace = die
vault.save_vault(replace(opened, contents=replace(opened.contents, ledger=frame)), {secret!r})
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("when", ["write", "move"])
def test_a_process_killed_midway_leaves_the_old_vault_whole(place, when):
    save_vault(filled(place), SECRET)
    done = subprocess.run([sys.executable, "-c", KILLED.format(secret=SECRET), str(place), when], check=False)
    assert done.returncode == -signal.SIGKILL
    held = open_vault(place, SECRET)
    assert held.contents.ledger["household"].tolist() == ["a-household"]
    left = [p for p in place.iterdir() if p.name != "ledger.vault"]
    assert len(left) == 1  # encrypted too
    assert b"PAR1" not in left[0].read_bytes()
    save_vault(held, SECRET)
    assert [p.name for p in place.iterdir()] == ["ledger.vault"]
