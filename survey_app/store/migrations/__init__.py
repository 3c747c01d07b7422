"""The schema, as migrations that are only ever added to: a shipped one never changes."""

from survey_app.store.migrations import (
    m0001_to_0008,
    m0009_field,
    m0010_campaigns,
    m0011_findings,
    m0012_matching,
    m0013_voices,
    m0014_rollups,
    m0016_reform_board,
    m0017_reminders,
    m0018_issuing,
    m0019_print_jobs,
    m0020_insight_counts,
    m0021_confirmed_versions,
    m0022_counted_numbers,
    m0023_places_of_failures,
    m0024_places_of_feedback,
    m0025_what_a_visit_came_to,
)
from survey_app.store.migrations.registry import migrations

__all__ = [
    "m0001_to_0008",
    "m0009_field",
    "m0010_campaigns",
    "m0011_findings",
    "m0012_matching",
    "m0013_voices",
    "m0014_rollups",
    "m0016_reform_board",
    "m0017_reminders",
    "m0018_issuing",
    "m0019_print_jobs",
    "m0020_insight_counts",
    "m0021_confirmed_versions",
    "m0022_counted_numbers",
    "m0023_places_of_failures",
    "m0024_places_of_feedback",
    "m0025_what_a_visit_came_to",
    "migrations",
]
