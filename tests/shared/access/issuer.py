"""A small OpenID provider on loopback: real keys, discovery, codes with PKCE, tokens. It also lies when a test tells it to.

In a thread with a loop of its own, which whoever signs people in does not share: a process would first import what is here already.
"""

import base64
import hashlib
import hmac
import json
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

CLIENT, SECRET, AUDIENCE = "nrm-pages", "a secret of the test", "nrm-interface"
KEPT = ("state", "nonce", "code_challenge", "redirect_uri")
"""What the form of the issuer carries on."""
PEOPLE = {
    "a1f0": ("Ana", ["officer"]), "b2e1": ("Boris", ["officer"]), "c3d2": ("Ceca", ["supervisor"]),
    "d4c3": ("Dana", ["administrator"]), "e5b4": ("Emil", ["auditor"]), "f6a5": ("Filip", []),
}  # fmt: skip
"""Subject → name and roles: invented."""


@cache
def first_keys() -> dict[str, Any]:
    """Those of each issuer at its start."""
    return {
        "RS256": RSAKey.generate_key(2048, {"kid": "r1", "use": "sig"}),
        "ES256": ECKey.generate_key("P-256", {"kid": "e1", "use": "sig"}),
        "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "o1", "use": "sig"}),
    }


@cache
def stranger() -> RSAKey:
    """A key that the issuer does not publish, under the name of one that it does."""
    return RSAKey.generate_key(2048, {"kid": "r1", "use": "sig"})


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claims: dict[str, Any], alg: str, keys: dict[str, Any]) -> str:
    """A token; `none`, `HS256` (with the public key as the secret) and `stranger` are what an attacker would make."""
    if alg in keys:
        return jwt.encode({"alg": alg, "kid": keys[alg].kid}, claims, keys[alg], algorithms=[alg])
    if alg == "stranger":
        return jwt.encode({"alg": "RS256", "kid": "r1"}, claims, stranger(), algorithms=["RS256"])
    text = f"{b64(json.dumps({'alg': alg, 'kid': 'r1', 'typ': 'JWT'}).encode())}.{b64(json.dumps(claims).encode())}"
    mac = hmac.new(keys["RS256"].as_pem(private=False), text.encode(), hashlib.sha256).digest() if alg == "HS256" else b""
    return f"{text}.{b64(mac)}"


class State:
    """Codes that wait, its keys, and how the next token lies."""

    def __init__(self) -> None:
        self.keys = dict(first_keys())
        self.codes: dict[str, dict[str, str]] = {}
        self.lies: dict[str, Any] = {}
        self.refreshes: dict[str, str] = {}


def application(address: str) -> FastAPI:
    app, state = FastAPI(), State()

    def claims(sub: str, audience: str, now: int, **more: Any) -> dict[str, Any]:
        name, roles = PEOPLE[sub]
        return {"iss": address, "sub": sub, "aud": audience, "iat": now, "exp": now + 300, "name": name, "roles": roles, **more}

    @app.get("/.well-known/openid-configuration")
    async def described() -> dict[str, Any]:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys", "end_session_endpoint": "end"}
        return {"issuer": address, **{name: f"{address}/{path}" for name, path in places.items()}, **state.lies.get("described", {})}

    @app.get("/keys")
    async def keys() -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in state.keys.values()]}

    @app.get("/authorize")
    async def authorize(request: Request) -> HTMLResponse:
        asked = dict(request.query_params)
        if (asked["client_id"], asked["code_challenge_method"], asked["response_type"]) != (CLIENT, "S256", "code"):
            raise HTTPException(400)
        hidden = "".join(
            f'<input type="hidden" name="{n}" value="{asked[n]}">' for n in ("state", "nonce", "code_challenge", "redirect_uri")
        )
        people = "".join(f'<button name="sub" value="{sub}">{name}</button>' for sub, (name, _) in PEOPLE.items())
        return HTMLResponse(f'<html lang="en"><title>Sign in</title><form method="post">{hidden}{people}</form></html>')

    @app.post("/authorize")
    async def chosen(request: Request) -> RedirectResponse:
        said = {name: str(value) for name, value in (await request.form()).items()}
        code = secrets.token_urlsafe(16)
        state.codes[code] = said
        back = {"code": code, "state": said["state"], "iss": address} | state.lies.get("back", {})
        return RedirectResponse(f"{said['redirect_uri']}?{urlencode(back)}", 303)

    @app.post("/token")
    async def token(
        request: Request, code: str = Form(""), code_verifier: str = Form(""), redirect_uri: str = Form(""), refresh_token: str = Form("")
    ) -> Any:
        if refresh_token:
            return again(refresh_token)
        said = state.codes.pop(code, None)
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".replace(" ", "+").encode()).decode()
        plain = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if said is None or request.headers.get("authorization") not in (basic, plain) or said["redirect_uri"] != redirect_uri:
            raise HTTPException(400)
        if b64(hashlib.sha256(code_verifier.encode()).digest()) != said["code_challenge"]:
            raise HTTPException(400)
        return answered(said["sub"], nonce=said["nonce"])

    def answered(sub: str, **more: Any) -> dict[str, Any]:
        lies = {name: value for name, value in state.lies.items() if name not in ("alg", "back", "described", "locked", "refreshes")}
        told = claims(sub, CLIENT, int(time.time()), **more) | lies
        answer = {"access_token": "opaque", "token_type": "Bearer", "id_token": signed(told, state.lies.get("alg", "RS256"), state.keys)}
        if state.lies.get("refreshes"):
            name = answer["refresh_token"] = secrets.token_urlsafe(16)
            state.refreshes[name] = sub
        return answer

    def again(refresh: str) -> Any:
        """Each refresh token counts once; those of a locked account count no more."""
        sub = state.refreshes.pop(refresh, "")
        if not sub or sub == state.lies.get("locked"):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return answered(sub)

    @app.post("/lie")
    async def lie(request: Request) -> dict[str, Any]:
        """How tokens differ from what they should be, from now on."""
        state.lies = await request.json()
        return state.lies

    @app.post("/rotate")
    async def rotate() -> dict[str, str]:
        """Another key signs from now on, and the former is not published any more."""
        name = f"r{secrets.token_hex(4)}"
        state.keys["RS256"] = RSAKey.generate_key(2048, {"kid": name, "use": "sig"})
        return {"kid": name}

    @app.post("/mint")
    async def mint(request: Request) -> dict[str, str]:
        """An access token for the interface, with these claims."""
        asked = await request.json()
        alg, sub = asked.pop("alg", "RS256"), asked.pop("sub", "a1f0")
        return {"token": signed(claims(sub, AUDIENCE, int(time.time())) | asked, alg, state.keys)}

    return app


@contextmanager
def issuing() -> Iterator[str]:
    """An issuer while the block runs; its address, where it is asked from the beginning."""
    with socket.create_server(("127.0.0.1", 0)) as place:
        address = f"http://127.0.0.1:{place.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(application(address), lifespan="off", log_config=None, access_log=False))
        thread = Thread(target=server.run, kwargs={"sockets": [place]}, daemon=True)
        thread.start()
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join()
