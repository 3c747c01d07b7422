"""What a briefing is about, and its way from a draft to an issue."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run

DIGESTS = """
    id text primary key, version integer not null default 1,
    state text not null default 'draft' check (state in ('draft', 'review', 'signed', 'issued')),
    template text not null default 'weekly' check (template in ('weekly', 'topic', 'chase')),
    reform_item_id text references reform_items, unit_id text references units,
    series text not null, year integer, number integer,
    period_from text not null, period_to text not null, issued_on text,
    issuer text not null, title_1 text not null, title_2 text not null default '',
    body text not null, contributor text not null default '',
    report_to text not null default '', send_to text not null default '',
    copies integer, figures text not null default '{}', counted text not null default '{}', frozen text,
    pdf_name text, pdf_sha256 text, corrects text references digests,
    created_by text not null references people, created_at text not null,
    edited_by text references people, updated_at text not null,
    submitted_by text references people, submitted_at text,
    signed_by text references people, signed_at text,
    issued_by text references people, issued_at text,
    unique (series, year, number)
"""
KEPT = """id, version, state, series, year, number, period_from, period_to, issued_on, issuer, title_1,
    title_2, body, contributor, report_to, send_to, copies, figures, frozen, pdf_name, pdf_sha256, created_by,
    created_at, updated_at, issued_by, issued_at"""


@migrations()
def m0018_issuing(database: Database) -> None:
    """Make both tables of briefings anew, since neither state nor reference can be changed in place.

    A draft has no number: the numbers of a series have no gaps, so one is given only when it is issued.
    """
    run(
        database,
        f"""
        create table digests_anew ({DIGESTS}) strict;
        insert into digests_anew ({KEPT}, edited_by) select {KEPT}, created_by from digests;
        update digests_anew set year = null, number = null where state = 'draft';
        create table digest_observations_anew (
            digest_id text not null references digests_anew,
            observation_id text not null references observations,
            position integer not null,
            with_quote integer not null default 0 check (with_quote in (0, 1)),
            with_photos integer not null default 0 check (with_photos in (0, 1)),
            primary key (digest_id, observation_id)
        ) strict, without rowid;
        insert into digest_observations_anew
            select digest_id, observation_id, position, with_quote, with_photos from digest_observations;
        drop table digest_observations;
        drop table digests;
        alter table digests_anew rename to digests;
        alter table digest_observations_anew rename to digest_observations;
        create index digests_by_state on digests (state, updated_at);
        create index digests_by_corrected on digests (corrects);
        create index digests_by_reform_item on digests (reform_item_id);
        create index digests_by_unit on digests (unit_id);
        create index digests_by_observation on digest_observations (observation_id);
        """,  # noqa: S608  our own words
    )
