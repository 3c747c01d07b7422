"""Numbers of phones counted again: what others brought counts no more until its author stands by it."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0022_counted_numbers(database: Database) -> None:
    """Count each installation's numbers anew, without those that nobody stands by."""
    run(
        database,
        """
        delete from installs;
        with counted as (
            select install_id, author_id, seq, received_at from ops
            where install_id <> '' and seq > 0 and (carrier_id = author_id
                or exists (select 1 from settlements where settlements.id = ops.id and confirmed = 1))
            union all select install_id, author_id, seq, null from void_numbers
        )
        insert into installs (install_id, author_id, last_seq, numbers, first_at, last_at)
            select install_id, author_id, max(seq), count(distinct seq), min(received_at), max(received_at)
            from counted group by install_id, author_id having min(received_at) is not null
        """,
    )
