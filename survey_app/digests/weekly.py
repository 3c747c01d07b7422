"""Writes the first draft of a briefing: the figures as sentences, each with its name, then the cases.

Pure. It says nothing that no record says; what the office alone can know is left as ``〔待补写〕``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from survey_app.catalog.vocabulary import KINDS, TIERS
from survey_app.digests.compile import Pick, cases, ended, numbered, problems_by_category, spoken
from survey_app.digests.counting import METHOD_NAMES, Named, count_named
from survey_app.digests.figures import UNSORTED, Period
from survey_app.digests.marks import TO_WRITE, Block, Paragraph, Quote, write
from survey_app.digests.named import AS_OF, clean, mark
from survey_app.digests.work import FIXED, SHELVED, Problem, Source
from survey_app.voices.voice import Quote as VoiceQuote

MOST_HALLS_NAMED, MOST_FIXES, MOST_STEPS = 8, 2, 10
TIER_NAMES = {
    "bureau": "市局领导",
    "department": "警种部门负责人",
    "branch": "分（县、市）局负责人",
    "station": "派出所负责人",
}
Count = Mapping[str, Named]


def draft(source: Source, picks: Sequence[Pick]) -> str:
    """Write the draft as marked text: what was done, found, put right, what is good, what comes next."""
    figures = count_named(source)
    problems = [pick for pick in picks if pick.record.is_problem]
    good = [pick for pick in picks if pick.record.kind == "good_practice"]
    advice = [pick for pick in picks if pick.record.kind == "suggestion"]
    nothing = [Paragraph(f"{source.period}的记录中没有选入问题。")]
    sections: list[tuple[str, list[Block]]] = [
        ("体验情况", [*_done(figures, source), *_halls(source)]),
        ("发现的问题", [*_by_item(figures), *(problems_by_category(problems) or nothing)]),
        ("整改情况", _put_right(figures, source)),
        ("好的做法", list(cases(good))),
        ("意见建议", list(cases(advice))),
        (_voices_title(source), [_voice(quote) for quote in source.work.quotes]),
        ("下一步工作", list(next_steps(figures, source)) or [Paragraph(TO_WRITE)]),
    ]
    return write([Paragraph(lead(figures, source)), *numbered(sections)])


def title_of(source: Source, template: str) -> str:
    """Return the title that a new draft begins with."""
    if template == "chase":
        return "办事体验问题督办通报"
    about = f"{in_quotes(spoken(source.item))}体验情况" if source.item else "办事体验情况"
    return f"{'' if source.item else source.period}{spoken(source.unit)}{about}"


def lead(figures: Count, source: Source) -> str:
    """Write the first paragraph: about what, when, how much was done and how far it has come."""
    about = f"围绕{in_quotes(spoken(source.item))}，" if source.item else ""
    about += f"在{spoken(source.unit)}，" if source.unit else ""
    done = f"开展体验{say(figures, '体验')}次，" if figures["体验"].counted else ""
    sentences = [f"{source.period}，{about}{done}共记录{say(figures, '记录')}条"]
    if not source.records:
        sentences = [f"{source.period}，{about}{done or '没有记录'}".rstrip("，")]
    if figures["堵点难点"].counted:
        sentences[0] += f"，其中堵点、难点{say(figures, '堵点难点')}个"
    if figures["立案问题"].counted:
        closed = f"，已销号{say(figures, '已销号')}" if figures["已销号"].counted else "，正在整改"
        sentences.append(f"截至{say(figures, AS_OF)}，立案的问题{say(figures, '立案问题')}个{closed}")
    return "。".join(sentences) + "。"


def say(figures: Count, name: str) -> str:
    """Return a figure as it stands in the text, with its name."""
    return mark(name, figures[clean(name)].value)


def _done(figures: Count, source: Source) -> Iterator[Block]:
    visits, other = _visits(figures), _other_work(figures)
    if visits or other:
        yield Paragraph("".join(f"{sentence}。" for sentence in (visits, other) if sentence))
    yield Paragraph(statistics(figures, source.period))


def _visits(figures: Count) -> str:
    if not figures["体验"].counted:
        return ""
    tiers = [f"{TIER_NAMES[tier]}{say(figures, f'体验：{name}')}次" for tier, name in TIERS.items()
             if figures[clean(f"体验：{name}")].counted]  # fmt: skip
    by_tier = f"，其中{'、'.join(tiers)}" if tiers else ""
    rates = [f"亲身办{say(figures, '亲身办')}", f"事先不打招呼{say(figures, '不打招呼')}"]
    if figures["交叉体验"].of:
        rates.append(f"部门交叉体验{say(figures, '交叉体验')}")
    return f"开展体验{say(figures, '体验')}次{by_tier}；{'，'.join(rates)}"


def _other_work(figures: Count) -> str:
    parts = [("看现场", "看现场{}处"), ("办理", "办理事项{}件"), ("拨测", "拨打服务电话{}个")]
    written = [text.format(say(figures, name)) for name, text in parts if figures[name].counted]
    if figures["拨测"].counted:
        written.append(f"接通{say(figures, '接通')}")
    return "，".join(written)


def statistics(figures: Count, period: Period) -> str:
    """Write the figures of the records as one paragraph; a part whose count is nought is left out."""
    if not figures["记录"].counted:
        return f"{period}没有记录。"
    methods = "、".join(_counts(figures, METHOD_NAMES.values(), "条"))
    kinds = "、".join(_counts(figures, KINDS.values(), "条"))
    sentences = [
        f"{period}，{_where(figures)}共记录{say(figures, '记录')}条",
        f"从方式看，{methods}",
        f"从内容看，{kinds}",
    ]
    if figures["堵点难点"].counted:
        sentences.append(_about_problems(figures))
    if figures["对应改革事项"].counted:
        tagged = f"有{say(figures, '对应改革事项')}条（{say(figures, '对应改革事项占比')}）"
        sentences.append(f"{tagged}对应到{say(figures, '改革事项')}个改革事项")
    return "。".join(sentences) + "。"


def _counts(figures: Count, names: Iterable[str], unit: str) -> Iterator[str]:
    return (f"{name}{say(figures, name)}{unit}" for name in names if figures[name].counted)


def _where(figures: Count) -> str:
    if not figures["办事大厅"].counted:
        return ""
    units = f"{say(figures, '单位')}个单位的" if figures["单位"].counted else ""
    return f"到{units}{say(figures, '办事大厅')}个办事大厅实地体验，"


def _about_problems(figures: Count) -> str:
    found = f"堵点、难点合计{say(figures, '堵点难点')}个"
    largest = _largest(figures, "分类：")
    if largest:
        found += f"，较为集中的是{'、'.join(f'{name}{said}个' for name, said in largest)}"
    solved = f"当场解决{say(figures, '当场解决')}个（{say(figures, '当场解决占比')}）"
    return f"{found}；{solved if figures['当场解决'].counted else '没有当场解决的'}"


def _largest(figures: Count, prefix: str) -> list[tuple[str, str]]:
    """Return the names and the figures of the largest groups, those alike in size by their names."""
    groups = [one for one in figures.values() if one.name.startswith(prefix)]
    known = [one for one in groups if one.name != f"{prefix}{UNSORTED}"]
    known.sort(key=lambda one: (-len(one.counted), one.name))
    return [(spoken(one.name.removeprefix(prefix)), mark(one.name, one.value)) for one in known[:3]]


def _by_item(figures: Count) -> list[Block]:
    found = _largest(figures, "事项：")
    listed = "、".join(f"{in_quotes(title)}{said}条" for title, said in found)
    return [Paragraph(f"对照改革事项，记录涉及{listed}。")] if found else []


def in_quotes(title: str) -> str:
    """Return a title in quotation marks, those that it has itself being the inner ones."""
    return f"“{title.replace('“', '‘').replace('”', '’')}”"


def _put_right(figures: Count, source: Source) -> list[Block]:
    """Write how far the problems have come, and what was done about two of them."""
    if not figures["立案问题"].counted:
        return []
    closed = f"已销号{say(figures, '已销号')}" if figures["已销号"].counted else "还没有销号的"
    text = f"发现并立案的问题{say(figures, '立案问题')}个。截至{say(figures, AS_OF)}，{closed}"
    if "整改用时" in figures and figures["整改用时"].value != "0":
        text += f"，从发现到销号用时的中位数是{say(figures, '整改用时')}个工作日"
    if figures["到期未销号"].counted:
        text += f"；到期未销号{say(figures, '到期未销号')}"
    fixed = [one for one in source.work.problems if one.state in FIXED and one.answer]
    fixed.sort(key=lambda one: (one.closed_on is None, one.number))
    return [Paragraph(f"{text}。"), *(Paragraph(_fix(one)) for one in fixed[:MOST_FIXES])]


def _fix(problem: Problem) -> str:
    where = spoken(problem.place or problem.unit)
    text, answer = ended(spoken(problem.text)), ended(spoken(problem.answer))
    state = "已销号。" if problem.closed_on else "正在核验、回访。"
    return f"{where}{'：' if where else ''}{text}{spoken(problem.unit) or '责任单位'}反馈：{answer}{state}"


def _voices_title(source: Source) -> str:
    """Return what the section of voices is called, by whose there are."""
    by_leaders = {quote.kind == "comment" for quote in source.work.quotes}
    return (
        {True: "领导批示", False: "群众声音"}[by_leaders.pop()]
        if len(by_leaders) == 1
        else "领导批示和群众声音"
    )


def _voice(quote: VoiceQuote) -> Quote:
    said = spoken(quote.text).replace("『", "“").replace("』", "”")
    return Quote(said, f"{spoken(quote.said_by)}{'批示' if quote.kind == 'comment' else ''}")


def next_steps(figures: Count, source: Source) -> Iterator[Block]:
    """Write what is still to be put right, the first due first."""
    left = [one for one in source.work.problems if one.is_open]
    if not left:
        return
    left.sort(key=lambda one: (one.deadline_on is None, one.deadline_on or one.found_on, one.number))
    several = len(left) > 1
    how = "，按时限逐个办：" if several else "："
    yield Paragraph(f"还有{say(figures, '未销号')}个问题没有销号{how}")
    for number, one in enumerate(left[:MOST_STEPS], start=1):
        who = spoken(one.unit) or "责任单位待定"
        first = f"{number}．" if several else ""
        yield Paragraph(f"{first}{_limit(one, source.as_of)}，{who}：{ended(spoken(one.text))}")


def _limit(problem: Problem, today: date) -> str:
    if problem.state == SHELVED:
        return "挂账"
    if problem.deadline_on is None:
        return "时限待定"
    day = f"{problem.deadline_on.month}月{problem.deadline_on.day}日"
    return f"{day}已到期" if problem.is_overdue(today) else f"{day}前"


def _halls(source: Source) -> list[Block]:
    names = sorted(source.visited)
    if not names:
        return []
    listed = "、".join(names[:MOST_HALLS_NAMED])
    more = f"等{len(names)}处" if len(names) > MOST_HALLS_NAMED else ""
    return [Paragraph(f"到过的办事大厅有：{spoken(listed)}{more}。")]
