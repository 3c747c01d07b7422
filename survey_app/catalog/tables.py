"""The tables of the catalogue, described once: screens, import, export and templates all read this."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from survey_app.catalog import rules
from survey_app.catalog.columns import (
    CATEGORY,
    CODE,
    HALL,
    LENGTHS,
    MATTER,
    NAME,
    REFORM_ITEM,
    RETIRED,
    UNIT,
    WORDS,
    Column,
    Entry,
    Kind,
    Table,
    Value,
)
from survey_app.catalog.phones import is_number
from survey_app.catalog.problems import CellError
from survey_app.catalog.reform_tables import DELEGATIONS, GUIDES, OPEN_CHANNELS
from survey_app.catalog.texts import gettext
from survey_app.catalog.vocabulary import CHANNELS, DAY_KINDS, FAMILIES, INDICATORS, ROUTES, TICKS, TIERS

__all__ = [
    "CATEGORIES", "CHECKLISTS", "CHECKLIST_ITEMS", "COUNTERS", "DELEGATIONS", "GUIDES", "HALLS",
    "HOLIDAYS", "LENGTHS", "MATTERS", "OPEN_CHANNELS", "REFORM_ITEMS", "SERVICE_PHONES", "TABLES", "UNITS",
    "Column", "Entry", "Kind", "Table", "Value",
]  # fmt: skip


def _phone(text: str) -> str:
    if not is_number(text):
        raise CellError(
            gettext("“%(given)s”不是电话号码。请只写数字，区号后面可以加短横线，分机写在“转”后面。"),
            given=text[:30],
        )
    return text


UNITS = Table(
    "units",
    gettext("单位"),
    "unit",
    "name",
    (
        CODE,
        NAME,
        Column("tier", gettext("层级"), "choice", required=True, choices=TIERS),
        Column(
            "parent_id", gettext("上级单位代码"), "reference", reference="units", label=gettext("上级单位")
        ),
        Column("valid_from", gettext("启用日期"), "date"),
        Column("valid_to", gettext("停用日期"), "date", hint=gettext("在用的不填")),
    ),
    gettext("市局、警种部门、分（县、市）局和派出所。先有单位，才有大厅和人员。"),
    retired="valid_to",
    listed=("tier", "parent_id"),
)
HALLS = Table(
    "halls",
    gettext("办事大厅"),
    "hall",
    "name",
    (
        CODE,
        NAME,
        replace(UNIT, required=True),
        Column("address", gettext("地址")),
        Column("opening_hours", gettext("开放时间")),
        RETIRED,
    ),
    gettext("群众去办事的地方：办事大厅和窗口单位。"),
    listed=("unit_id", "opening_hours"),
)
COUNTERS = Table(
    "counters",
    gettext("窗口"),
    "counter",
    "name",
    (
        CODE,
        NAME,
        replace(HALL, required=True),
        Column("channel", gettext("渠道"), "choice", required=True, choices=CHANNELS),
        RETIRED,
    ),
    gettext("大厅里的窗口和自助机，也包括电话、网站等渠道。窗口代码会印成二维码。"),
    listed=("hall_id", "channel"),
)
SERVICE_PHONES = Table(
    "service_phones",
    gettext("服务电话"),
    "service_phone",
    "number",
    (
        CODE,
        Column("number", gettext("号码"), required=True, normal=_phone),
        replace(HALL, required=True),
        Column(
            "hours",
            gettext("服务时间"),
            hint=gettext(
                "如“工作日 9:00-12:00，13:30-17:00”。看不懂的写法不作数。“工作日”看“放假和调休”那张表："
                "放假不算，调休上班算；别的写法在放假那天一律不算，24 小时的除外。"
            ),
        ),
        Column("around_the_clock", gettext("24 小时"), "flag", hint=gettext("是 / 否")),
        Column("duty_post", gettext("值守岗位"), hint=gettext("写岗位，不写姓名")),
        RETIRED,
    ),
    gettext("向群众公布的服务电话，以及答应什么时候有人接。"),
    listed=("hall_id", "hours", "around_the_clock"),
)
MATTERS = Table(
    "matters",
    gettext("事项"),
    "matter",
    "name",
    (
        CODE,
        NAME,
        Column("class", gettext("类别")),
        Column(
            "owner_unit_id",
            gettext("责任单位代码"),
            "reference",
            reference="units",
            label=gettext("责任单位"),
        ),
        Column("route", gettext("办理方式"), "choice", choices=ROUTES),
        Column("promised_trips", gettext("承诺跑几次"), "number"),
        Column("promised_days", gettext("承诺工作日"), "number"),
        Column("promised_minutes", gettext("承诺分钟"), "number"),
        Column("materials", gettext("所需材料"), "long"),
        Column("guide", gettext("办事指南"), "long"),
        Column("batch", gettext("公布批次")),
        Column("published_on", gettext("公布日期"), "date"),
        Column("source", gettext("来源")),
        RETIRED,
    ),
    gettext("群众来办的事，和对它的承诺：怎么办、跑几次、多久办好。"),
    listed=("class", "route", "promised_trips", "owner_unit_id"),
)
REFORM_ITEMS = Table(
    "reform_items",
    gettext("改革事项"),
    "reform_item",
    "title",
    (
        CODE,
        Column("family", gettext("类别"), "choice", required=True, choices=FAMILIES),
        Column("position", gettext("序号"), "number", required=True, least=1),
        Column("title", gettext("标题"), hint=gettext("还不知道的不填，显示为待录入")),
        Column("text", gettext("内容"), "long"),
        Column("route", gettext("怎么跑"), "choice", choices=ROUTES, hint=gettext("创新举措属于哪一类")),
        Column(
            "indicator", gettext("看什么数"), "choice", choices=INDICATORS, hint=gettext("刚性要求拿什么来量")
        ),
        Column("lead_post", gettext("领衔领导职务"), hint=gettext("写职务，不写姓名")),
        Column("unit_id", gettext("责任单位代码"), "reference", reference="units", label=gettext("责任单位")),
        MATTER,
        Column("deadline_on", gettext("完成时限"), "date", hint=gettext("定了以后再改，要写原因")),
        Column("deadline_reason", gettext("改期原因"), hint=gettext("改了时限才填：这一次为什么改")),
        Column("deadline_by", gettext("谁定的改期"), hint=gettext("写职务，不写姓名")),
        Column("source", gettext("来源文件")),
        WORDS,
        RETIRED,
    ),
    gettext("刚性要求、攻坚项目、公布事项和创新举措。记录和简报都对着它们说话。"),
    order=("family", "position", "code"),
    unique=("family", "position"),
    listed=("family", "position", "unit_id", "deadline_on"),
    rule=rules.fixed_date,
)
CATEGORIES = Table(
    "categories",
    gettext("堵点分类"),
    "category",
    "name",
    (
        CODE,
        NAME,
        Column(
            "parent_code",
            gettext("上级分类代码"),
            "reference",
            reference="categories",
            label=gettext("上级分类"),
        ),
        WORDS,
        RETIRED,
    ),
    gettext("给问题归类用的两级分类。"),
    listed=("parent_code",),
)

CHECKLISTS = Table(
    "checklists",
    gettext("看现场清单"),
    "checklist",
    "name",
    (CODE, NAME, RETIRED),
    gettext("到大厅看什么。每次活动可以用自己的一张。"),
)
CHECKLIST_ITEMS = Table(
    "checklist_items",
    gettext("清单项目"),
    "checklist_item",
    "name",
    (
        CODE,
        Column(
            "checklist_id",
            gettext("清单代码"),
            "reference",
            required=True,
            reference="checklists",
            label=gettext("看现场清单"),
        ),
        Column("position", gettext("序号"), "number", required=True, least=1),
        Column("name", gettext("看什么"), required=True, hint=gettext("写成“是”最好的样子")),
        Column("finding", gettext("答“否”时记成"), hint=gettext("不填就用“没有做到：”加这一项")),
        REFORM_ITEM,
        CATEGORY,
        Column(
            "measures", gettext("算进哪个数"), "choice", choices=TICKS, hint=gettext("改革事项的统计用它")
        ),
        RETIRED,
    ),
    gettext("清单上的一项一项。改了意思就停用旧的、加新的，以前的回答才不会变样。"),
    order=("checklist_id", "position", "code"),
    listed=("checklist_id", "position", "reform_item_id"),
)

HOLIDAYS = Table(
    "holidays",
    gettext("放假和调休"),
    "holiday",
    "day",
    (
        CODE,
        Column("day", gettext("日期"), "date", required=True),
        Column("kind", gettext("放假还是上班"), "choice", required=True, choices=DAY_KINDS),
        Column("name", gettext("叫什么"), hint=gettext("如 国庆节")),
        RETIRED,
    ),
    gettext("哪天放假，哪个周末上班。整改时限按工作日算，看的就是这张表。"),
    order=("day", "code"),
    unique=("day",),
    listed=("kind", "name"),
)

TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        UNITS, HALLS, COUNTERS, SERVICE_PHONES, MATTERS, REFORM_ITEMS, CATEGORIES,
        CHECKLISTS, CHECKLIST_ITEMS, HOLIDAYS, DELEGATIONS, OPEN_CHANNELS, GUIDES,
    )
}  # fmt: skip
"""Every table, each after those that it refers to."""
