"""The command line of bench/run."""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import once, processes, report, rounds, seeding, series, smoke
from measure.databases import Originals
from measure.once import Once
from measure.places import BENCH, BUILT, WORK
from measure.rounds import SCENARIOS, Cpu
from measure.sides import Side


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="answers and statement counts only, in less than a minute")
    parser.add_argument("--full", action="store_true", help="also the series: tokens, connections, processes")
    parser.add_argument("--bin", help="a ready slash-o (default: cargo build --release)")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append", help="both by default")
    parser.add_argument("--only", help="scenarios, separated by commas: " + ", ".join(s.name for s in SCENARIOS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--tokens", type=int, default=100_000)
    return parser.parse_args()


def _built(arguments: argparse.Namespace) -> str:
    """The load generator, the floor and slash-o, as far as they are needed."""
    crates = ["loadgen"] if arguments.smoke else ["loadgen", "floor"]
    for crate in crates:
        manifest = str(BENCH / crate / "Cargo.toml")
        command = ["cargo", "build", "--release", "--locked", "--quiet", "--manifest-path", manifest]
        subprocess.run([*command, "--target-dir", str(BUILT.parent)], check=True)
    if arguments.bin:
        return str(Path(arguments.bin).resolve())
    root = BENCH.parent
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet", "--bin", "slash-o"], cwd=root, check=True)
    return str(root / "target/release/slash-o")


def _once(sides: list[Side], originals: Originals, folder: Path, seconds: float) -> dict[str, Once]:
    found = {}
    for side in (side for side in sides if side.name != "floor"):
        figures = Once(pss_mb=processes.pss_megabytes(side.pid), cold_ms=once.cold_start(side))
        expired = Side(side.name, originals.copy("sqlite"), folder, side.binary)
        seeding.add_expired(expired.address, 100_000)
        figures.cleartokens_s, figures.wrong = once.cleartokens(expired)
        figures.pss_unmapped_mb = once.memory(Side(side.name, originals.copy("sqlite"), folder, side.binary), seconds)
        print(f"  once, {side.name}: {figures}", flush=True)
        found[side.name] = figures
    return found


def _engine(
    engine: str, arguments: argparse.Namespace, binary: str, originals: Originals, folder: Path
) -> tuple[report.Results, dict[str, Once], list[str]]:
    wanted = arguments.only.split(",") if arguments.only else [scenario.name for scenario in SCENARIOS]
    scenarios = [scenario for scenario in SCENARIOS if scenario.name in wanted]
    sides = [Side(name, originals.copy(engine), folder, binary) for name in ("slash-o", "DOT", "floor")]
    extra: list[str] = []
    try:
        for side in sides:
            side.start()
        database = Cpu(originals.database_pid(engine))
        results = rounds.compare(sides, scenarios, arguments.rounds, arguments.seconds, database)
        single = _once(sides, originals, folder, arguments.seconds) if engine == "sqlite" and not arguments.only else {}
        if arguments.full:
            extra = series.connections(sides[0], arguments.seconds, arguments.rounds)
            if engine == "postgresql":
                extra += series.processes(sides[0], arguments.seconds)
    finally:
        for side in sides:
            side.stop()
    return results, single, extra


def _measure(arguments: argparse.Namespace, binary: str, folder: Path) -> list[str]:
    seeding.write_seed(folder / "seed.json")
    originals = Originals(folder, arguments.tokens)
    heading = report.heading(arguments.rounds, arguments.seconds, arguments.tokens)
    parts, everything, wrong = [heading], {}, []
    try:
        for engine in arguments.engine or ["sqlite", "postgresql"]:
            results, single, extra = _engine(engine, arguments, binary, originals, folder)
            everything[engine] = (results, single)
            parts += ["\n" + report.table(engine, results, single), *extra]
            wrong += report.wrong(results) + [one.wrong for one in single.values() if one.wrong]
    finally:
        originals.close()
    if arguments.full:
        parts += series.tokens(binary, folder, arguments.seconds, arguments.rounds)
    text = "\n".join(parts)
    print("\n" + text)
    print(f"\nstored: {report.store(text, everything)}")
    return wrong


def main() -> int:
    arguments = _arguments()
    WORK.mkdir(exist_ok=True)
    binary = _built(arguments)
    # Not below the checkout: an unprivileged database server has to reach its part.
    folder = rounds.scratch(Path(tempfile.mkdtemp(prefix="slash-o-bench-")))
    try:
        wrong = smoke.run(binary, folder) if arguments.smoke else _measure(arguments, binary, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for line in wrong:
        print(f"WRONG: {line}", file=sys.stderr)
    return 1 if wrong else 0
