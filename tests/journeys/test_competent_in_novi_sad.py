"""The directory of a country on PostgreSQL: the competent of Novi Sad come first, the next one is proposed on "no capacity".

On SQLite the same story runs in tests/services/referral/test_competent_first.py.
"""

from pathlib import Path
from uuid import uuid4

from deploy.databases import Postgres
from tests.databases import migrated
from tests.services.referral.test_competent_first import next_is_proposed, on_a_monday


def test_the_competent_of_the_place_come_first_on_postgresql_too(tmp_path: Path, postgres: Postgres) -> None:
    tag = uuid4().hex[:8]
    with on_a_monday(tmp_path, lambda service, agency: migrated(postgres, service, f"{service}.{agency}.{tag}")) as made:
        next_is_proposed(made)
