"""Entry point of Alembic; `database.migrate` hands over the connection."""

from alembic import context

from almere_vision.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,  # true for SQLite as well, since `database` begins transactions itself
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
