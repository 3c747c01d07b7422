"""What the reform board shows of each item: how it is measured, what was handed down, which ways are open."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0016_reform_board(database: Database) -> None:
    """Items say how they are measured, and why their date moved; delegations, open channels, guides."""
    run(
        database,
        """
        alter table reform_items add column route text check (route in ('zero', 'near', 'once'));
        alter table reform_items add column indicator text;
        alter table reform_items add column deadline_reason text not null default '';
        alter table reform_items add column deadline_by text not null default '';
        alter table checklist_items add column measures text;
        update checklist_items set measures = case name
            when '咨询台有人' then 'enquiry_desk'
            when '窗口无空岗' then 'no_vacant_counter'
            when '服务指南在显眼处' then 'guide_visible'
            when '指南图文并茂看得懂' then 'guide_clear'
            when '指南与网上一致' then 'guide_same_online'
            when '一次性告知单' then 'one_time_notice'
            when '叫号机正常' then 'queue_machine'
            when '自助机正常' then 'kiosk_works'
            when '能电子支付，也收现金' then 'payment'
            when '意见簿和监督电话' then 'complaint_channel'
        end;
        create table delegations (
            id text primary key, code text not null unique, name text not null,
            reform_item_id text references reform_items, matter_id text references matters,
            from_unit_id text references units, from_tier text, to_name text not null, to_tier text,
            condition text not null default '', since_on text,
            qualifier text, amount integer, measure text not null default '', as_of_on text,
            source text not null default '', retired_on text
        ) strict;
        create index delegations_by_item on delegations (reform_item_id);
        create index delegations_by_matter on delegations (matter_id);
        create index delegations_by_unit on delegations (from_unit_id);
        create table open_channels (
            id text primary key, code text not null unique, name text not null, channel text not null,
            reform_item_id text references reform_items, matter_id text references matters,
            since_on text, source text not null default '', retired_on text
        ) strict;
        create index open_channels_by_item on open_channels (reform_item_id);
        create index open_channels_by_matter on open_channels (matter_id);
        create table guides (
            id text primary key, code text not null unique, name text not null,
            unit_id text not null references units, matter_id text not null references matters,
            visible text, clear text, online text, checked_post text not null default '',
            checked_on text, retired_on text
        ) strict;
        create index guides_by_unit on guides (unit_id, matter_id);
        create index guides_by_matter on guides (matter_id);
        """,
    )
