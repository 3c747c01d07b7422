"""A small catalogue that looks like the real one: two halls, three counters, some of everything else."""

from survey_app.store import SQLiteStore

HALL = "01900000-0000-7000-8000-000000000001"
OTHER_HALL = "01900000-0000-7000-8000-000000000002"
COUNTER = "01900000-0000-7000-8000-000000000011"
OTHER_COUNTER = "01900000-0000-7000-8000-000000000012"
KIOSK = "01900000-0000-7000-8000-000000000013"
MATTER = "01900000-0000-7000-8000-000000000021"
ITEMS = ("01900000-0000-7000-8000-000000000031", "01900000-0000-7000-8000-000000000032")
PHONE = "01900000-0000-7000-8000-000000000041"
HOTLINE = "01900000-0000-7000-8000-000000000042"
CHECKLIST = "01900000-0000-7000-8000-000000000051"
TICKS = ("01900000-0000-7000-8000-000000000061", "01900000-0000-7000-8000-000000000062")
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
        tx.insert_all("service_phones", [
            {"id": PHONE, "code": "T1", "number": "0571-0000 0001", "hall_id": HALL,
             "hours": "工作日 9:00-17:00", "around_the_clock": 0},
            {"id": HOTLINE, "code": "T2", "number": "0571-0000 0002", "hall_id": OTHER_HALL,
             "hours": "", "around_the_clock": 1},
        ])  # fmt: skip
        tx.insert_all("checklists", [{"id": CHECKLIST, "code": "L1", "name": "现场看"}])
        tx.insert_all("checklist_items", [
            {"id": TICKS[0], "code": "L1-1", "checklist_id": CHECKLIST, "position": 1, "name": "咨询台有人",
             "finding": "咨询台没有人。", "reform_item_id": None, "category_code": "A"},
            {"id": TICKS[1], "code": "L1-2", "checklist_id": CHECKLIST, "position": 2, "name": "一次性告知单",
             "finding": "没有一次性告知单。", "reform_item_id": ITEMS[1], "category_code": "A"},
        ])  # fmt: skip
