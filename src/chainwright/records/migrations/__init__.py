"""How stores of earlier releases come to the tables of this one; Alembic runs the steps."""
