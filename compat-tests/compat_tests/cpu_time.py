"""CPU time of this process and of all that it has started: servers, databases, browsers."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def seconds() -> float:
    """User and system time so far. A process that runs counts with its ended children; one that ended counts for its parent."""
    mine = os.times()
    return mine.user + mine.system + mine.children_user + mine.children_system + _of_running()


def of_process(pid: int) -> float:
    """User and system time of one process that runs."""
    fields = _stat(Path(f"/proc/{pid}"))
    return (int(fields[11]) + int(fields[12])) / TICKS


def _of_running() -> float:
    """Of the processes below this one."""
    children: dict[int, list[int]] = {}
    spent: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(entry)):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
            spent[int(entry.name)] = sum(int(field) for field in fields[11:15])
    below, found = list(children.get(os.getpid(), [])), 0
    while below:
        process = below.pop()
        found += spent[process]
        below += children.get(process, [])
    return found / TICKS


def _stat(entry: Path) -> list[str]:
    """The fields after the name; nothing of a process that is gone."""
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


class ByFile:
    """How much each file of tests has cost. Services that later files use too count where the time is spent."""

    SHOWN = 12

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._file, self._since = "(start)", 0.0

    def enter(self, file: str) -> None:
        if file != self._file:
            now = seconds()
            self.spent[self._file] = self.spent.get(self._file, 0.0) + now - self._since
            self._file, self._since = file, now

    def lines(self) -> list[str]:
        """The dearest files first; all of them with COMPAT_CPU=all."""
        self.enter("(end)")
        dearest = sorted(self.spent.items(), key=lambda item: -item[1])
        shown = dearest if os.environ.get("COMPAT_CPU") == "all" else dearest[: self.SHOWN]
        rest = sum(self.spent.values()) - sum(spent for _, spent in shown)
        told = [f"CPU time {spent:7.1f} s  {name}" for name, spent in shown]
        return [*told, f"CPU time {rest:7.1f} s  {len(dearest) - len(shown)} other files", f"CPU time {sum(self.spent.values()):7.1f} s  in all"]
