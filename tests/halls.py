"""A small catalogue that looks like the real one: two halls, three counters, some of everything else."""

from survey_app.store import SQLiteStore

HALL = "01900000-0000-7000-8000-000000000001"
OTHER_HALL = "01900000-0000-7000-8000-000000000002"
COUNTER = "01900000-0000-7000-8000-000000000011"
OTHER_COUNTER = "01900000-0000-7000-8000-000000000012"
KIOSK = "01900000-0000-7000-8000-000000000013"
MATTER = "01900000-0000-7000-8000-000000000021"
ITEMS = ("01900000-0000-7000-8000-000000000031", "01900000-0000-7000-8000-000000000032")
EMPTY_SLOT = "01900000-0000-7000-8000-000000000033"


def add_halls(store: SQLiteStore) -> None:
    """Fill the catalogue of a test's database."""
    with store.writing() as tx:
        tx.insert_all("halls", [
            {"id": HALL, "code": "H1", "unit_id": "unit-1", "name": "车管所办事大厅"},
            {"id": OTHER_HALL, "code": "H2", "unit_id": "unit-1", "name": "白杨派出所"},
        ])  # fmt: skip
        tx.insert_all("counters", [
            {"id": COUNTER, "code": "H1-03", "hall_id": HALL, "name": "3 号窗口", "channel": "counter"},
            {"id": KIOSK, "code": "H1-Z1", "hall_id": HALL, "name": "自助机 1", "channel": "kiosk"},
            {"id": OTHER_COUNTER, "code": "H2-01", "hall_id": OTHER_HALL, "name": "户籍窗口",
             "channel": "counter"},
        ])  # fmt: skip
        tx.insert_all("matters", [{"id": MATTER, "code": "M1", "name": "驾驶证补办"}])
        tx.insert_all("categories", [
            {"id": "c-a", "code": "A", "name": "咨询告知", "parent_code": None},
            {"id": "c-a1", "code": "A1", "name": "电话无人接", "parent_code": "A"},
            {"id": "c-d", "code": "D", "name": "时间排队", "parent_code": None},
        ])  # fmt: skip
        tx.insert_all("reform_items", [
            {"id": ITEMS[0], "code": "R1", "family": "requirement", "position": 1,
             "title": "用好一个服务电话"},
            {"id": ITEMS[1], "code": "R2", "family": "requirement", "position": 2,
             "title": "办事要求要做到“一次能讲清”"},
            {"id": EMPTY_SLOT, "code": "R4", "family": "requirement", "position": 4, "title": ""},
        ])  # fmt: skip
