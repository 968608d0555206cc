"""Signatures of manifests by SSH keys (``ssh-keygen -Y``, the format of OpenSSH's PROTOCOL.sshsig)."""

import subprocess
from pathlib import Path

from fellesord.errors import InvalidData, InvalidSetting
from fellesord.releases.archive import Release
from fellesord.releases.manifests import NAME

#: What a signature is for, so that one made for something else does not count.
NAMESPACE = "fellesord-release"
SIGNATURE = f"{NAME}.sig"


def sign(release: Release, key: Path) -> Path:
    """Sign the manifest of a release, which names every file of it. Raises InvalidSetting when that fails."""
    if not key.is_file():
        raise InvalidSetting(f"{key}: there is no such key; --sign names the file of a private key for SSH")
    done = _run("-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, given=release.file(NAME))
    if done.returncode:
        raise InvalidSetting(f"{key}: cannot sign with it: {_why(done)}")
    path = release.folder / SIGNATURE
    path.write_bytes(done.stdout)
    return path


def signer(release: Release, allowed: Path) -> str:
    """Who signed a release, of those that a file allows (ssh-keygen(1), ALLOWED SIGNERS).

    Raises InvalidData when it is not signed, or not by any of them, or is not what was signed.
    """
    signature = release.folder / SIGNATURE
    if not allowed.is_file():
        raise InvalidSetting(f"{allowed}: there is no such file; --signers names who may sign, a line each")
    if not signature.is_file():
        raise InvalidData(f"the release of {release.date} is not signed")
    found = _run("-Y", "find-principals", "-s", str(signature), "-f", str(allowed))
    names = found.stdout.decode("utf-8", "replace").split()
    if found.returncode or not names:
        raise InvalidData(f"the release of {release.date} is signed by nobody that {allowed} names")
    asked = ("-Y", "verify", "-f", str(allowed), "-I", names[0], "-n", NAMESPACE, "-s", str(signature))
    done = _run(*asked, given=release.file(NAME))
    if done.returncode:
        raise InvalidData(f"the signature of the release of {release.date} is wrong: {_why(done)}")
    return names[0]


def _run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - no shell, and paths stand where only paths are read
            ["ssh-keygen", *arguments],  # noqa: S607 - the system's own
            input=given,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise InvalidSetting(f"ssh-keygen cannot be run, which signatures need: {error.strerror}") from error


def _why(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
    return lines[0] if lines else f"ssh-keygen ended with {done.returncode}"
