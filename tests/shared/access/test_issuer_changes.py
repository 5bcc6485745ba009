"""An issuer that changes its keys, or is away for a while."""

from pathlib import Path

import pytest

from shared.access.issuer import AGAIN, Issuer, IssuerUnavailable
from shared.config.clock import wall
from tests.shared import network
from tests.shared.access.issuer import issuing
from tests.shared.access.offices import opened
from tests.shared.access.test_signing_in import mint


def test_new_keys_are_followed_within_a_minute_and_old_ones_count_no_more(tmp_path: Path, issuer: str) -> None:
    with opened(tmp_path / "data", issuer) as place:
        client, old = place.stranger().client, mint(issuer)
        assert client.get("/api/intake/cases", headers=old).status_code == 200
        network.post(f"{issuer}/rotate").raise_for_status()
        new = mint(issuer)
        assert client.get("/api/intake/cases", headers=new).status_code == 401, "keys are not fetched for whoever names a new one"
        place.guard.now = lambda: wall() + AGAIN + 1000
        assert client.get("/api/intake/cases", headers=new).status_code == 200
        assert client.get("/api/intake/cases", headers=old).status_code == 401


def test_while_the_issuer_is_away_sessions_and_tokens_go_on_and_nobody_new_comes_in(tmp_path: Path) -> None:
    with issuing() as address, opened(tmp_path / "data", address) as place:
        ana, token = place.stranger(), mint(address, exp=2**40)
        ana.sign_in("a1f0")
        assert ana.client.get("/api/intake/cases", headers=token).status_code == 200
        place.guard.issuer.told["token_endpoint"] = "http://127.0.0.1:9/token"
        place.guard.issuer.told["jwks_uri"] = "http://127.0.0.1:9/keys"
        place.guard.issuer.keyed_at, place.guard.issuer.tried_at = 0, 0
        assert ana.client.get("/api/intake/cases", headers=token).status_code == 200, "the keys that it published last hold"
        ana.get("/work")
        boris = place.stranger()
        assert boris.client.get(boris.choose(boris.leave(), "b2e1"), headers={"accept": "text/html"}).status_code == 503


async def test_an_issuer_that_was_never_reached_is_away() -> None:
    with pytest.raises(IssuerUnavailable):
        await Issuer("http://127.0.0.1:9", "c", "", wall).sign_in("http://x", "s", "n", "v" * 43)
