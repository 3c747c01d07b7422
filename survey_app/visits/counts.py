"""The counts that triggers keep with the rows they count: checked against these, and made again from them."""

from __future__ import annotations

from survey_app.store import Reader, Writer

DAYS = " union all ".join(
    f"""select '{facet}' as facet, made_on, coalesce({column}, '') as code, kind, count(*) as n
    from observations where state <> 'withdrawn' group by made_on, {column}, kind"""  # noqa: S608  our own words
    for facet, column in (("unit", "unit_id"), ("category", "category"), ("matter", "matter_id"))
)
ITEMS = """select reform_item_id, kind, count(*) as n from observation_reform_items tagged
    join observations on observations.id = tagged.observation_id
    where state <> 'withdrawn' group by reform_item_id, kind"""
TAGS = "(select count(*) from observation_reform_items tagged where tagged.observation_id = observations.id)"
NUMBER = "(select n from observations where observations.id = observation_id)"
COUNTED = {
    "observation_days": DAYS,
    "reform_item_counts": ITEMS,
    "observation_weeks": "select * from recounted_weeks",
    "rate_counts": "select * from recounted_rates",
}


def count_wrong(reader: Reader) -> int:
    """Return how many counts are not what a recount comes to."""
    wrong = sum(_count_differences(reader, table, recount) for table, recount in COUNTED.items())
    wrong += int(reader.value(f"select count(*) from observations where tags <> {TAGS}"))  # noqa: S608
    untrue = f"select count(*) from observation_reform_items where coalesce(n, 0) <> {NUMBER}"  # noqa: S608
    return wrong + int(reader.value(untrue))


def _count_differences(reader: Reader, table: str, recount: str) -> int:
    """Return how many rows of a table a recount does not come to, and how many it comes to besides."""
    sql = f"""
        with kept as materialized (select * from {table} where n <> 0), real as materialized ({recount})
        select (select count(*) from (select * from kept except select * from real) as wrong)
            + (select count(*) from (select * from real except select * from kept) as missing)
        """  # noqa: S608  our own words
    return int(reader.value(sql))


def recount(tx: Writer) -> None:
    """Make every count again from the records."""
    for table, sql in COUNTED.items():
        tx.execute(f"delete from {table}")  # noqa: S608
        tx.execute(f"insert into {table} {sql}")
    tx.execute(f"update observations set tags = {TAGS} where tags <> {TAGS}")  # noqa: S608
    tx.execute(f"update observation_reform_items set n = {NUMBER}")  # noqa: S608
