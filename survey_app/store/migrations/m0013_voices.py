"""What people, leaders and the media said, and the figures that may be quoted."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0013_voices(database: Database) -> None:
    """Voices with their answers, figures with their days."""
    run(
        database,
        """
        create table voices (
            id text primary key, code text not null unique,
            kind text not null check (kind in ('comment', 'netizen', 'letter', 'media')),
            level text check (level in ('state', 'province', 'city', 'bureau')),
            author_post text not null default '', title text not null default '', text text not null,
            source text not null default '', link text not null default '', received_on text not null,
            unit_id text references units, hall_id text references halls, matter_id text references matters,
            category_code text references categories (code),
            severity text check (severity in ('normal', 'serious', 'severe')),
            reform_item_codes text not null default '', due_on text, reply text not null default '',
            replied_on text, reply_unit_id text references units, excerpt text not null default '',
            withdrawn_on text
        ) strict;
        create index voices_by_day on voices (received_on);
        create index voices_unanswered on voices (received_on, id)
            where kind = 'netizen' and replied_on is null and withdrawn_on is null;
        create index voices_by_unit on voices (unit_id);
        create index voices_by_hall on voices (hall_id);
        create index voices_by_matter on voices (matter_id);
        create index voices_by_category on voices (category_code);
        create index voices_by_reply_unit on voices (reply_unit_id);
        create table voice_findings (
            voice_id text primary key references voices, finding_id text not null references findings
        ) strict, without rowid;
        create index voice_findings_by_finding on voice_findings (finding_id);
        create table figures (
            id text primary key, code text not null unique, meaning text not null, value text not null,
            as_of text not null, unit_id text references units, source text not null default '',
            reform_item_id text references reform_items, retired_on text
        ) strict;
        create index figures_by_meaning on figures (meaning, as_of);
        create index figures_by_unit on figures (unit_id);
        create index figures_by_reform_item on figures (reform_item_id);
        """,
    )
