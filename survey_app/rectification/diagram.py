"""The workflow as a page with a diagram, drawn from its table. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from survey_app.catalog.vocabulary import FINDING_ACTIONS, FINDING_STATES, FOLLOW_UP_RESULTS
from survey_app.rectification.workflow import FINAL, SAME, START, STEPS, Step

WHO = {
    "anyone": "发现人 · finder",
    "reporter": "发现人；群众说的由改革办 · finder; the office for a citizen's word",
    "unit": "责任单位 · responsible unit",
    "office": "改革办 · office",
    "outside": "改革办，不是责任单位和配合单位的人 · office, not of the unit that fixes or one that helps",
    "asker": "发现人，或改革办问了群众 · finder, or office with a citizen",
}
FACTS = {
    "observation_ids": "记录", "finder_ids": "发现人", "text": "内容", "found_on": "哪天",
    "voice_id": "群众声音",
    "severity": "严重程度", "note": "说明", "unit_id": "责任单位", "deadline_on": "时限",
    "measure": "措施", "owner": "责任人",
    "planned_on": "什么时候改好", "ground": "理由", "reason": "理由", "until": "延到哪天", "result": "结果",
    "review_on": "哪天再看", "into_id": "并到哪个问题",
}  # fmt: skip
HEAD = """# 问题怎么走 · The life of a problem

Made from `survey_app/rectification/workflow.py` by `flask --app wsgi workflow > docs/workflow.md`;
a test holds that it is what the code says. Actions that leave the state as it is stand only in the table.

"""


def page() -> str:
    """Return the page: a diagram in Mermaid, then every action with who may do it and what must be said."""
    return HEAD + "```mermaid\n" + "\n".join(_diagram()) + "\n```\n\n" + "\n".join(_table()) + "\n"


def _diagram() -> Iterator[str]:
    yield "stateDiagram-v2"
    yield from (f'  state "{word}" as {state}' for state, word in FINDING_STATES.items())
    for (source, target), labels in _edges().items():
        yield f"  {source or '[*]'} --> {target} : {'、'.join(labels)}"
    yield from (f"  {state} --> [*]" for state in FINAL)


def _edges() -> Mapping[tuple[str, str], list[str]]:
    """Return what leads from each state to each other one, in the order of the table."""
    edges: dict[tuple[str, str], list[str]] = {}
    for action, step in STEPS.items():
        for source in step.sources:
            for target, word in _targets(action, step):
                if target not in (SAME, source):
                    edges.setdefault((source, target), []).append(word)
    return edges


def _targets(action: str, step: Step) -> list[tuple[str, str]]:
    word = FINDING_ACTIONS[action]
    if isinstance(step.target, str):
        return [(step.target, word)]
    return [(target, f"{word}（{FOLLOW_UP_RESULTS[result]}）") for result, target in step.target.items()]


def _table() -> Iterator[str]:
    yield "| 动作 · Action | 从 · From | 到 · To | 谁 · Who | 要说清 · Facts needed |"
    yield "|---|---|---|---|---|"
    for action, step in STEPS.items():
        sources = "、".join(FINDING_STATES.get(one, "—") for one in step.sources if one != START) or "—"
        reached = dict.fromkeys(FINDING_STATES.get(one, "不变") for one, _word in _targets(action, step))
        needs = "、".join(FACTS[name] for name in step.needs) or "—"
        yield (
            f"| {FINDING_ACTIONS[action]} `{action}` | {sources} | {'、'.join(reached)} "
            f"| {WHO[step.who]} | {needs} |"
        )
