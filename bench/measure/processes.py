"""CPU time and memory of a process with all its children, from /proc."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def tree(root: int) -> list[int]:
    """The process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                children.setdefault(int(_fields(int(entry))[1]), []).append(int(entry))
            except OSError:
                continue
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def cpu_seconds(root: int) -> float:
    """User and system time, of children that ended too."""
    ticks = 0
    for pid in tree(root):
        try:
            ticks += sum(int(field) for field in _fields(pid)[11:15])
        except OSError:
            continue
    return ticks / TICKS


def pss_megabytes(root: int) -> float:
    """Proportional set size: memory that processes share is counted once."""
    kilobytes = 0
    for pid in tree(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024


def machine() -> str:
    """One line about what this runs on."""
    cpu = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    memory = Path("/proc/meminfo").read_text().split()[1]
    flags = Path("/proc/cpuinfo").read_text()
    sha = "with SHA instructions" if " sha_ni" in flags or " sha2 " in flags else "without SHA instructions"
    name = cpu.partition(":")[2].strip()
    return f"{os.cpu_count()} cores {name} {sha}, {int(memory) // 1024 // 1024} GiB, load average {os.getloadavg()[0]:.1f}"
