"""What a table of the catalogue is made of: columns, and what may stand in them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from survey_app.catalog.texts import gettext
from survey_app.catalog.vocabulary import Words

Kind = Literal["code", "text", "long", "number", "date", "flag", "choice", "reference", "references"]
Value = str | int | None
Entry = dict[str, Value]
"""One thing of a table: column key → value. A reference is the code of what it names (``references``: codes
with spaces between), a date ISO text."""

LENGTHS: Final[Mapping[Kind, int]] = {"code": 64, "text": 200, "long": 5000}


@dataclass(frozen=True)
class Column:
    """One column of a table: its name in the database, its Chinese heading, and what may stand in it.

    ``choices`` are the words of a ``choice``; ``reference`` is the name of the table that a ``reference``
    names an entry of; ``least`` is the smallest ``number``. Others' sheets may call it one of ``also``;
    ``default`` stands where nothing was given; ``normal`` judges and spells a text, or raises CellError.
    """

    key: str
    heading: str
    kind: Kind = "text"
    required: bool = False
    choices: Words = field(default_factory=dict)
    reference: str = ""
    hint: str = ""
    least: int = 0
    label: str = ""
    also: tuple[str, ...] = ()
    default: str = ""
    normal: Callable[[str], str] | None = None

    @property
    def shown(self) -> str:
        """What a screen calls it: a sheet asks for codes, a screen for the thing itself."""
        return self.label or self.heading

    @property
    def empty(self) -> Value:
        """What is stored where nothing was given."""
        if self.default:
            return self.default
        if self.kind in ("code", "text", "long", "references"):
            return ""
        return 0 if self.kind == "flag" else None


@dataclass(frozen=True)
class Table:
    """One kind of thing: ``name`` is its database table, ``entity`` its word in the audit.

    ``label`` is the column people know an entry by, ``retired`` the one whose date ends it; no two entries
    may agree in all of ``unique``. The words of a ``private`` one are masked wherever they are shown or
    exported; ``faults`` yields what is wrong today with an entry as a whole: a column's key, why; ``rule``
    why an entry may not become another one (None: may not be added): a column's key, what to do.
    """

    name: str
    title: str
    entity: str
    label: str
    columns: tuple[Column, ...]
    purpose: str
    retired: str = "retired_on"
    order: tuple[str, ...] = ("code",)
    unique: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    private: bool = False
    faults: Callable[[Entry, date], Iterable[tuple[str, str]]] | None = None
    rule: Callable[[Entry | None, Entry], Iterable[tuple[str, str]]] | None = None

    @property
    def slug(self) -> str:
        """Its place in an address."""
        return self.name.replace("_", "-")

    def column(self, key: str) -> Column:
        """Return a column by its key; raise KeyError where there is none."""
        return next(column for column in self.columns if column.key == key)

    @property
    def references(self) -> tuple[Column, ...]:
        """The columns that name one entry of a table."""
        return tuple(column for column in self.columns if column.kind == "reference")


CODE_HINT = gettext("字母、数字、点、横线；定下以后不改")
CODE = Column("code", gettext("代码"), "code", required=True, hint=CODE_HINT)
NAME = Column("name", gettext("名称"), required=True)
WORDS = Column(
    "words", gettext("提示词"), "long", hint=gettext("用空格隔开；记录里写到这些词，研判时就提示它")
)
RETIRED = Column("retired_on", gettext("停用日期"), "date", hint=gettext("在用的不填"))
UNIT = Column("unit_id", gettext("单位代码"), "reference", reference="units", label=gettext("单位"))
HALL = Column("hall_id", gettext("大厅代码"), "reference", reference="halls", label=gettext("办事大厅"))
MATTER = Column("matter_id", gettext("事项代码"), "reference", reference="matters", label=gettext("事项"))
CATEGORY = Column(
    "category_code", gettext("分类代码"), "reference", reference="categories", label=gettext("堵点分类")
)
REFORM_ITEM = Column(
    "reform_item_id",
    gettext("改革事项代码"),
    "reference",
    reference="reform_items",
    label=gettext("对应哪项改革"),
)
