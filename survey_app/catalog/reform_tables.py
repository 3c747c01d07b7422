"""The tables of what the reform did: rights handed down, channels opened, guides put out."""

from dataclasses import replace

from survey_app.catalog import rules
from survey_app.catalog.columns import CODE, MATTER, REFORM_ITEM, RETIRED, UNIT, Column, Table
from survey_app.catalog.texts import gettext
from survey_app.catalog.vocabulary import CHANNELS, GUIDE_ASPECTS, QUALIFIERS, TIERS, YES_NO

ABOUT = (REFORM_ITEM, replace(MATTER, label=gettext("对应哪件事项")))

DELEGATIONS = Table(
    "delegations",
    gettext("权限下放"),
    "delegation",
    "name",
    (
        CODE,
        Column("name", gettext("下放了什么"), required=True),
        *ABOUT,
        Column(
            "from_unit_id",
            gettext("原来谁办（单位代码）"),
            "reference",
            reference="units",
            label=gettext("原来谁办"),
        ),
        Column("from_tier", gettext("原来哪一级办"), "choice", choices=TIERS),
        Column("to_name", gettext("现在谁办"), required=True),
        Column("to_tier", gettext("现在哪一级办"), "choice", choices=TIERS),
        Column("condition", gettext("什么条件下"), "long"),
        Column("since_on", gettext("从哪天起"), "date"),
        Column("qualifier", gettext("数的限定"), "choice", choices=QUALIFIERS),
        Column("amount", gettext("已办多少"), "number"),
        Column("measure", gettext("数的是什么"), hint=gettext("如 名毕业生落了户")),
        Column("as_of_on", gettext("截至哪天"), "date"),
        Column("source", gettext("来源")),
        RETIRED,
    ),
    gettext("原来上面办、现在就近办的：从谁到谁，什么条件下，已经办了多少。"),
    listed=("reform_item_id", "to_name", "since_on"),
    rule=rules.dated_amount,
)
OPEN_CHANNELS = Table(
    "open_channels",
    gettext("开通的渠道"),
    "open_channel",
    "name",
    (
        CODE,
        Column("name", gettext("能办什么"), required=True),
        Column("channel", gettext("渠道"), "choice", required=True, choices=CHANNELS),
        *ABOUT,
        Column("since_on", gettext("从哪天起"), "date"),
        Column("source", gettext("来源")),
        RETIRED,
    ),
    gettext("哪件事、哪项举措，在 APP、网上、微信、快递、支付宝能办到哪一步。"),
    listed=("channel", "reform_item_id", "matter_id", "since_on"),
    rule=rules.belongs_somewhere,
)
GUIDES = Table(
    "guides",
    gettext("服务指南"),
    "guide",
    "name",
    (
        CODE,
        Column("name", gettext("指南叫什么"), required=True),
        replace(UNIT, required=True),
        replace(MATTER, required=True),
        *(
            Column(key, word, "choice", choices=YES_NO, hint=gettext("没看的不填"))
            for key, word in GUIDE_ASPECTS.items()
        ),
        Column("checked_post", gettext("谁看的"), hint=gettext("写职务，不写姓名")),
        Column("checked_on", gettext("哪天看的"), "date"),
        RETIRED,
    ),
    gettext("每个单位每件事的办事指南：在不在显眼处，图文并茂没有，上网没有。"),
    order=("unit_id", "matter_id", "code"),
    unique=("unit_id", "matter_id"),
    listed=("unit_id", "matter_id", *GUIDE_ASPECTS, "checked_on"),
    rule=rules.checked_by_somebody,
)
