"""``flask --app wsgi simulate``: the offline engine under every fault we could think of."""

import subprocess
import sys

import click

from survey_app.config import PROJECT

SIMULATION = PROJECT / "tests" / "simulation" / "report.py"


@click.command()
@click.option("--seeds", default=200, show_default=True, type=click.IntRange(min=1), help="跑多少个种子")
@click.option("--from", "first", default=1, show_default=True, help="从哪个种子开始")
@click.option("--seed", type=int, help="只重放这一个种子，并打印全过程")
@click.option("--json", "as_json", is_flag=True, help="用 JSON 打印，给结果页用")
def simulate(seeds: int, first: int, seed: int | None, as_json: bool) -> None:
    """Run virtual phones against the real app and print seeds, ops, faults, crashes and violations.

    Touches no data of this installation. Ends with 1 where an invariant did not hold.
    """
    if not SIMULATION.is_file():
        raise click.ClickException("这里只装了产品，没有装测试。请在完整的源代码目录里运行 simulate。")
    wanted = ["--seed", str(seed)] if seed is not None else ["--seeds", str(seeds), "--from", str(first)]
    command = [sys.executable, "-m", "tests.simulation.report", *wanted, *(["--json"] if as_json else [])]
    sys.exit(subprocess.run(command, cwd=PROJECT, check=False).returncode)  # noqa: S603  our own program
