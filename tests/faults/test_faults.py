"""Real faults on the real thing, in a small size; ``python -m tests.results`` runs the full one."""

from pathlib import Path

from tests.faults import faults


def nothing_lost(report: faults.Report) -> None:
    print(report)
    assert report["acknowledged"] > 0
    assert (report["lost"], report["doubled"], report["broken"], report["integrity"]) == (0, 0, 0, "ok")


def test_nothing_is_lost_when_the_whole_server_is_killed_under_forty_writers(tmp_path: Path) -> None:
    report = faults.killed(tmp_path, kills=4)
    nothing_lost(report)
    assert report["photos"] > 0


def test_a_full_disk_loses_nothing_and_heals_without_a_restart(tmp_path: Path) -> None:
    report = faults.disk_full(tmp_path)
    nothing_lost(report)
    assert report["refused"] > 0
    assert set(report["answers"]) <= {"200", "201", "507", "429"}, "never a plain fault of the server"


def test_a_database_that_another_program_holds_is_waited_for(tmp_path: Path) -> None:
    report = faults.locked(tmp_path)
    nothing_lost(report)
    assert report["refused"] > 0
    assert set(report["answers"]) <= {"200", "201", "503", "429"}


def test_clocks_that_jump_by_a_day_lose_nothing_and_change_no_order(tmp_path: Path) -> None:
    report = faults.clocks(tmp_path)
    nothing_lost(report)
    assert report["in_order"]
    assert set(report["answers"]) <= {"200", "201", "429"}


def test_phones_that_all_come_at_once_are_all_served(tmp_path: Path) -> None:
    report = faults.crowd(tmp_path, phones=30, kilobytes=(20, 60))
    nothing_lost(report)
    assert (report["acknowledged"], report["photos"]) == (120, 90)
