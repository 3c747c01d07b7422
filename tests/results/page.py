"""The page of results, written from their figures alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Figures = dict[str, Any]

DOCS = Path(__file__).parents[2] / "docs"
DATA = DOCS / "results.json"
PAGE = DOCS / "results.md"
HEAD = """\
# 证明 · Results

领导存下的每一条都不会丢、不会重：这一页是跑出来的，不是写出来的。每个数字来自 [results.json](results.json)，
用一条命令重做（四核约半小时，也可以只做其中几节）：

```
python -m tests.results [{sections}]
```

*Nothing that a leader saved is ever lost or doubled. Every figure on this page comes out of one command
and is kept in results.json; the tests in `bin/test` run the same code in a smaller size. The promises are
in [protocol.md](protocol.md).*
"""
ENGLISH = {
    "simulation": "simulated phones, real app, every fault drawn by a seed",
    "killed": "whole server group killed with -9 under 40 writers",
    "disk_full": "disk full, then grown, without a restart",
    "locked": "database held by another program",
    "clocks": "clocks of server and phones jump by days",
    "crowd": "500 phones come back at once",
    "phone_killed": "real Chromium killed right after 已存本机",
    "many_waiting": "10,000 records waiting on one phone, real Chromium",
}


def render(results: dict[str, Figures]) -> str:
    """Return the page as Markdown: a line a proof, the simulation, the rules broken on purpose."""
    proofs = [_proof(name, results[name]) for name in ENGLISH if name in results]
    names = " ".join([*ENGLISH, "variants"])
    parts = [
        HEAD.format(sections=names),
        _table(("证明", "规模", "确认", "丢", "重", "时间", "Proof"), proofs),
        *[part(results[name]) for name, part in PARTS.items() if name in results],
        "## 在什么上跑的 · Measured on\n",
        _table(
            ("节", "日期", "提交", "核", "版本", "用时 s"), [_ran_on(*one) for one in sorted(results.items())]
        ),
    ]
    return "\n".join(parts)


def _proof(name: str, found: Figures) -> tuple[str, ...]:
    words, size, taken, times = LINES[name](found)
    lost, doubled = found.get("lost"), found.get("doubled")
    if name == "simulation":
        lost = _violations(found, "I1", "I2", "I5")
        doubled = _violations(found, "I3")
    return words, size, taken, str(lost), str(doubled), times, ENGLISH[name]


def _violations(found: Figures, *invariants: str) -> int:
    return sum(one["invariant"] in invariants for one in found["violations"])


def _taken(found: Figures) -> str:
    return f"{found['acknowledged']:,} 条，照片 {found['photos']:,} 张"


def _waits(found: Figures) -> str:
    took = found["seconds"]
    return f"每次应答 p50 {took['p50']} s，p95 {took['p95']} s，最长 {took['max']} s"


LINES: dict[str, Callable[[Figures], tuple[str, str, str, str]]] = {
    "simulation": lambda it: (
        "模拟：虚拟手机跑真的脚本，对着真的服务器",
        f"{it['seeds']:,} 个种子，{it['phones']:,} 部手机，线路故障 {sum(it['faults'].values()):,} 次，"
        f"服务器崩溃 {sum(it['crashes'].values()):,} 次（其中断电 {it['power_cuts']:,}），"
        f"手机断电 {it['phones_killed']:,} 次，还原备份 {it['restores']:,} 次",
        f"{it['ops']:,} 条，照片 {it['photos']:,} 张",
        f"{it['seconds']} s",
    ),
    "killed": lambda it: (
        "服务器整组 kill -9",
        f"{it['kills']} 次，{it['writers']} 人同时写",
        _taken(it),
        f"再起 p50 {it['restart']['p50']} s，最长 {it['restart']['max']} s；{_waits(it)}",
    ),
    "disk_full": lambda it: (
        "磁盘写满，再扩大，不重启",
        f"{it['megabytes']} MB 的盘，拒绝 {it['refused']:,} 次（507）",
        _taken(it),
        f"扩大后补完 {it['drain']} s",
    ),
    "locked": lambda it: (
        "数据库被别的程序占住",
        f"占 {it['held']} s，拒绝 {it['refused']:,} 次（503）",
        _taken(it),
        f"放开后 {it['recovery']} s 恢复；{_waits(it)}",
    ),
    "clocks": lambda it: ("时钟前后跳一天", f"跳 {it['jumps']} 次", _taken(it), _waits(it)),
    "crowd": lambda it: (
        "17:30 一起回来",
        f"{it['phones']} 部手机，每部 4 条、3 张照片",
        _taken(it),
        f"全部送完 {it['total']} s；"
        f"一部手机 p50 {it['until_done']['p50']} s，p95 {it['until_done']['p95']} s",
    ),
    "phone_killed": lambda it: (
        "说完“已存本机”就杀掉浏览器",
        f"{it['kills']} 次，真的 Chromium",
        f"{it['kills']:,} 条",
        f"{it['took']} s",
    ),
    "many_waiting": lambda it: (
        "一部手机上攒着没送",
        f"{it['waiting']:,} 条，真的 Chromium",
        f"{it['waiting']:,} 条",
        f"送完 {it['seconds']} s；页面最长 {it['longest_ms']} ms 没有应手指",
    ),
}


def _simulation(found: Figures) -> str:
    def listed(counts: dict[str, int]) -> str:
        return "，".join(
            f"{name} {counts[name]:,}" for name in sorted(counts, key=lambda one: (-counts[one], one))
        )

    violations = "；".join(f"种子 {one['seed']}：{one['text']}" for one in found["violations"]) or "没有"
    last = found["first_seed"] + found["seeds"] - 1
    return (
        "## 模拟 · Simulation\n\n"
        f"种子 {found['first_seed']}-{last}，每个都能原样重放：`flask --app wsgi simulate --seed <n>`。"
        f"请求 {found['requests']:,} 次。违反：{violations}。\n\n"
        f"- 线路：{listed(found['faults'])}\n"
        f"- 服务器死在：{listed(found['crashes'])}\n"
    )


def _variants(found: Figures) -> str:
    rows = [
        (
            one["breaks"],
            f"`{one['name']}`",
            one["invariant"] if one["caught"] else "没有抓到",
            str(one["seed"]),
        )
        for one in found["variants"]
    ]
    caught = sum(one["caught"] and not one["control"] for one in found["variants"])
    return (
        "## 故意违反的规则 · Rules broken on purpose\n\n"
        f"改掉一条规则，模拟就要抓到它：{caught}/{len(rows)} 抓到，同一个种子不改时都没有违反。\n\n"
        + _table(("规则 · Rule", "改法 · Variant", "违反 · Caught by", "种子 · Seed"), rows)
    )


PARTS: dict[str, Callable[[Figures], str]] = {"simulation": _simulation, "variants": _variants}


def _ran_on(name: str, found: Figures) -> tuple[str, ...]:
    versions = {**found["versions"], **({"chromium": found["chromium"]} if "chromium" in found else {})}
    spelled = "，".join(f"{part} {version}" for part, version in sorted(versions.items()))
    return name, found["day"], found["commit"], str(found["cores"]), spelled, str(found["took"])


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
