"""Programs beyond Python that tests use."""

import os
import shutil
import subprocess


def installed(package: str, program: str = "") -> str | None:
    """Install a package of Debian's where that is possible; return the path of its program."""
    if not shutil.which("apt-get") or os.name != "posix" or os.geteuid() != 0:
        return None
    patient = ["apt-get", "-qy", "-o", "DPkg::Lock::Timeout=300"]
    subprocess.run([*patient, "update"], check=False)
    subprocess.run([*patient, "install", "--no-install-recommends", package], check=False)
    return shutil.which(program or package)
