"""What Alembic runs: the migrations, on the connection that it was given, in that connection's transaction."""

from alembic import context

from adapters.sql.schema.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The caller's transaction is the only one: all steps are applied, or none.
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
