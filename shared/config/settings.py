"""What an installation sets: from NRM_* variables or the command line, never from code."""

import os
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict
from pydantic_settings import PydanticBaseSettingsSource as Source
from sqlalchemy.exc import ArgumentError

from shared.config import sender_tokens
from shared.config.clock import Clock, clock_for
from shared.config.country import Country
from shared.config.endpoints import guarded, here, named, safe
from shared.config.environment import NamedVariables
from shared.config.i18n import N_, WordedError
from shared.config.kafka import Bus
from shared.config.notice_ways import NoticeSettings, NoticeWays, Unfit
from shared.config.notices import Pace, SmtpTls
from shared.protocol.versions import FIRST, NEWEST

PARTITIONS = 4
"""Of the case topic; fixed for a generation."""


class UnfitSettings(WordedError):
    """These settings may not run: one sentence that says why and what to do."""


def _words(text: object) -> object:
    """`intake assistance` as the two words that it says."""
    return text.replace(",", " ").split() if isinstance(text, str) else text


class Settings(BaseSettings):
    """One agency's process. What is written below each setting is also what an agency reads in its `agency.env`."""

    model_config = SettingsConfigDict(env_prefix="NRM_", env_ignore_empty=True, use_attribute_docstrings=True)

    agency: str
    """Id of the agency, as the country file has it; on the bus, the name in its certificate."""
    services: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = ()
    """Which of the agency's services run here, separated by blanks; all where empty."""
    country: Path
    """The country file: directory of agencies, invitations, deadlines. A name finds one of the project's own."""
    bus: str = "127.0.0.1:9092"
    """Kafka's addresses, HOST:PORT, several separated by commas."""
    tls: Path | None = None
    """Folder with `ca.pem`, `cert.pem` and `key.pem` of this agency; the bus is spoken to in the clear without it."""
    data: Path = Path("var")
    """Folder of the SQLite databases, and of what a command writes."""
    databases: SecretStr = SecretStr("")
    """A URL with `{service}` in it, one PostgreSQL database for each instance; SQLite files in `data` while empty."""
    host: str = "127.0.0.1"
    """Address that the pages listen on: loopback behind a reverse proxy with TLS, 0.0.0.0 in a container."""
    port: int = 8000
    """Port of the pages."""
    hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = ()
    """Other names under which the pages may be asked for, separated by blanks. Loopback and the name in `NRM_ADDRESS` always may."""
    clock: str = "wall"
    """wall, or file:PATH for a simulated time, which every page and figure then says."""
    env: str = Field(default="demo", pattern="^(demo|production)$")
    """demo or production; production refuses what must only ever run with invented people."""
    sealed: bool = True
    """Whether events are sealed for their readers. Without it whoever reads the bus reads all: for tests; production refuses that."""
    root: str = ""
    """The coordinator's root key, 64 hex digits or `file:` and a path, compared by phone at admission: only its directories count."""
    keys: Path | None = None
    """Folder with the private keys of this agency's instances; `keys` in `data` where empty."""
    keystore: Path | None = None
    """Folder of the keys under which the databases encrypt what was disclosed of people; `keystore` in `data` where empty."""
    keystore_copy: Path | None = None
    """A second place for them, on another disk: a folder that is there. None while empty."""
    keystore_days: int = Field(default=14, ge=1)
    """Days for which a copy of the keystore is kept, at most: what is erased opens with a copy of before until it is gone."""
    documents: Path | None = None
    """Folder of the sealed pieces of documents; `documents` in `data` where empty."""
    documents_gb: int = Field(default=20, ge=1)
    """Gigabytes that they may take for each instance, beyond which none is taken."""
    scanner: str = ""
    """The scanner of viruses (clamd) that looks through documents: its socket, or HOST:PORT. Production takes no document without one."""
    protocol: int = Field(default=NEWEST, ge=FIRST, le=NEWEST)
    """Newest protocol that cases are opened under here: an older one where the directory lists an instance that reads no newer."""
    partitions: int = PARTITIONS
    """Partitions of the case topic: the same for all agencies, never changed while the topic lives."""
    operators: str = ""
    """Where finished spans go: the OTLP endpoint of the operators' process; kept here while empty or away."""
    operators_token: Path | None = None
    """File with the token that this agency shows there; at the operators, the tokens of all agencies, a line for each."""
    oidc_issuer: str = ""
    """OpenID provider where officers sign in, as its tokens name it; in the demo, empty: people choose who they are today."""
    oidc_client: str = ""
    """Our client id there."""
    oidc_secret: SecretStr = SecretStr("")
    """The client's secret; empty for a public client (PKCE is used with both)."""
    oidc_roles: str = "roles"
    """The claim that names roles (officer, supervisor, administrator, auditor); `realm_access.roles` is a claim within a claim."""
    oidc_acr: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = ()
    """Strengths of a sign-in, as the issuer names them in `acr`, one of them must be there; any will do where empty."""
    oidc_max_age: int = Field(default=0, ge=0, le=1440)
    """Minutes since somebody proved to the issuer who they are, after which a sign-in asks them again; 0: as the issuer thinks fit."""
    oidc_audience: str = ""
    """The audience of access tokens for `/api`, another than the client id; programs get no answer while it is empty."""
    address: str = ""
    """Where people reach the pages, as https://cases.agency.example: the issuer sends them back there."""
    session_idle: int = Field(default=10, ge=1, le=60)
    """Minutes after which a session ends that nobody used."""
    session_checked: int = Field(default=10, ge=1, le=60)
    """Minutes after which the issuer is asked whether whoever has a session may still sign in, where it gives refresh tokens."""
    session_longest: int = Field(default=480, ge=1, le=720)
    """Minutes after which every session ends."""
    leave_to: str = Field(default="", pattern=r"^(https://\S+)?$")
    """Where "Leave now" leads: a neutral page that anybody may have open, as https://…; an empty page of ours where this is empty."""
    blank_minutes: int = Field(default=4, ge=1, le=60)
    """Minutes without a key or a touch after which a page hides what it shows; what was typed stays."""
    assignment: bool = True
    """Whether a case is open only to officers to whom it is assigned; always so in production."""
    cleared_metrics: bool = False
    """Whether whoever reads `/metrics`, and what is kept of it, is cleared to see all figures: then it tells numbers that may be one
    hand-off's, which otherwise stand on pages for cleared staff alone."""
    partners: bool = False
    """Whether there is a page on which people report who are no members."""
    cards: Path | None = None
    """Folder with cards for the person in languages that the pages do not have: `TAG.toml`, translated by somebody."""
    smtp: str = ""
    """Mail server that notices go out through, HOST:PORT. A notice says that something needs its reader, and nothing else."""
    smtp_tls: SmtpTls = SmtpTls.STARTTLS
    """starttls, implicit, or none, which production allows on this very machine only."""
    smtp_ca: Path | None = None
    """File with the authority that answers for the certificates of mail server and webhook; those that the machine trusts where empty."""
    smtp_user: str = ""
    """Our name there, where it asks for one."""
    smtp_password: Path | None = None
    """File with the password, readable by its owner alone."""
    notice_from: str = ""
    """The e-mail address that notices come from."""
    notice_hook: str = ""
    """Address that takes notices by signed POST, for a gateway of text messages; none while empty."""
    notice_hook_secret: Path | None = None
    """File with the secret that signs them, readable by its owner alone."""
    notice_desk: str = ""
    """E-mail address of the agency's desk: it is told of cases that nobody has, and for officers who have given no address."""
    notice_desk_phone: str = ""
    """Number that the webhook is given for the desk, as +381601234567."""
    notice_pace: Pace = Pace.AT_ONCE
    """How officers are told who have not chosen: at-once, digest, or danger, of danger alone."""
    notice_quiet: str = "20:00-07:00"
    """Hours in which nobody is told of what is no danger; officers may choose others."""
    notice_digest: str = "07:30 13:00"
    """Times of the day at which digests go out, separated by blanks."""
    notice_apart: int = Field(default=15, ge=0, le=1440)
    """Minutes between two notices to one reader, danger apart: how often somebody is told says how much there is to do."""
    notice_language: str = ""
    """Language of notices to the desk, as the pages name it (en, sr-Latn, sr-Cyrl, fi, sv); the country's where empty."""
    notice_link: bool = False
    """Whether a notice holds a link to the page Today. Whoever reads along then knows which system it is."""
    zone: str = ""
    """Time zone of the pages, as the IANA database names it; the country's where empty."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: Source, env_settings: Source, dotenv_settings: Source,
        file_secret_settings: Source,
    ) -> tuple[Source, ...]:  # fmt: skip
        """What a command says, else the environment, else a file that was named and says something."""
        file = [dotenv_settings] if isinstance(dotenv_settings, DotEnvSettingsSource) and dotenv_settings.env_vars else []
        return init_settings, NamedVariables(settings_cls), *file

    def database(self, service: str) -> str:
        """The URL of the database of one instance."""
        pattern = self.databases.get_secret_value() or f"sqlite:///{self.data}/{{service}}.{{agency}}.db"
        return pattern.replace("{service}", service).replace("{agency}", self.agency)

    def keys_in_use(self) -> Path:
        """The folder of the private keys."""
        return self.keys or self.data / "keys"

    def keystore_in_use(self) -> Path:
        """The folder of the keystores."""
        return self.keystore or self.data / "keystore"

    def documents_in_use(self) -> Path:
        """The folder of the pieces of documents."""
        return self.documents or self.data / "documents"

    def bus_in_use(self) -> Bus:
        """The bus that these settings name."""
        return Bus(self.bus, self.tls)

    def clock_in_use(self) -> Clock:
        """The clock that these settings name."""
        return clock_for(self.clock)

    def hosts_in_use(self) -> frozenset[str]:
        """The names under which the pages answer. A page of another site could give its own name this machine's address, and read along."""
        listens = () if self.host in ("0.0.0.0", "::") else (f"[{self.host}]" if ":" in self.host else self.host,)  # noqa: S104  no name
        asked = ("127.0.0.1", "localhost", "[::1]", *listens, urlsplit(self.address).netloc, *self.hosts)
        return frozenset(name for host in asked if (name := named(host)))

    def notices_in_use(self, country: Country) -> NoticeWays | None:
        """The ways of notices that these settings name; None where there are none. Raises Unfit."""
        return self.notices_said().ways(ZoneInfo(self.zone or country.zone), self.notice_language or country.language)

    def notices_said(self) -> NoticeSettings:
        """What these settings say of notices."""
        link = f"{self.address.rstrip('/')}/today" if self.notice_link and self.address else ""
        return NoticeSettings(
            self.smtp, self.smtp_tls, self.smtp_ca, self.smtp_user, self.smtp_password, self.notice_from, self.notice_hook,
            self.notice_hook_secret, self.notice_desk, self.notice_desk_phone, self.notice_pace, self.notice_quiet,
            tuple(self.notice_digest.split()), self.notice_apart, link, self.env == "production",
        )  # fmt: skip

    @property
    def assigned_only(self) -> bool:
        """Whether a case is open only to those to whom it is assigned."""
        return self.assignment or self.env == "production"

    def must_be_fit(self) -> None:
        """Refuse what must never run as production, and a sign-in that cannot work. Raises UnfitSettings."""
        if self.oidc_issuer and (wrong := self._sign_in()):
            raise UnfitSettings(wrong)
        try:
            sender_tokens.shown(self.operators_token)
        except sender_tokens.Unknown as error:
            raise UnfitSettings(error.words, **error.values) from None
        try:
            self.notices_said().ways(ZoneInfo("UTC"), "en")
        except Unfit as error:
            raise UnfitSettings(error.words, **error.values) from None
        if self.env != "production":
            return
        if not self.sealed:
            raise UnfitSettings(
                N_(
                    "Unsealed events must not run as production: people's data would lie open on the bus. Set NRM_ENV=demo to try things "
                    "out."
                )
            )
        if not self.oidc_issuer:
            raise UnfitSettings(
                N_(
                    "The sign-in of the demo must not run as production: it asks nobody for a password. Set NRM_OIDC_ISSUER to your "
                    "agency's OpenID provider, or NRM_ENV=demo to try things out."
                )
            )
        if self.clock != "wall":
            raise UnfitSettings(N_("A simulated time must not run as production: set NRM_CLOCK=wall."))
        if wrong := self._in_the_clear():
            raise UnfitSettings(wrong)

    def _in_the_clear(self) -> str:
        """What would go to other machines so that others could read along or answer; empty where nothing would."""
        if self.tls is None and not all(here(server.rpartition(":")[0]) for server in self.bus_in_use().seeds):
            return N_("A bus on other machines must not be spoken to in the clear in production: set NRM_TLS.")
        try:
            if not guarded(self.database("intake")):
                return N_(
                    "A database on another machine must prove in production who it is: add ?sslmode=verify-full&sslrootcert=FILE (or "
                    "sslrootcert=system) to NRM_DATABASES."
                )
        except ArgumentError:
            return N_("NRM_DATABASES is not a URL such as postgresql+psycopg://USER:PASSWORD@HOST/{service}.")
        collectors = (os.environ.get(f"OTEL_EXPORTER_OTLP_{name}", "") for name in ("ENDPOINT", "TRACES_ENDPOINT"))
        if not all(safe(address) for address in (self.operators, *collectors) if address):
            return N_(
                "Spans must not go to another machine in the clear in production: NRM_OPERATORS and OTEL_EXPORTER_OTLP_ENDPOINT must be "
                "https; http goes on this very machine only."
            )
        if self.operators and not self.operators_token:
            return N_(
                "In production the operators' process takes spans of agencies alone: set NRM_OPERATORS_TOKEN to the file with their tokens."
            )
        return ""

    def _sign_in(self) -> str:
        """What is wrong with how officers would sign in; empty where nothing is."""
        if not self.oidc_client or not self.address:
            return N_("Signing in needs NRM_OIDC_CLIENT and NRM_ADDRESS beside NRM_OIDC_ISSUER.")
        if self.oidc_audience == self.oidc_client:
            return N_("NRM_OIDC_AUDIENCE must be another than NRM_OIDC_CLIENT: what proves who signed in must not open the interface.")
        if not all(safe(address) for address in (self.oidc_issuer, self.address)):
            return N_("NRM_OIDC_ISSUER and NRM_ADDRESS must be https; http goes on this very machine only.")
        if urlsplit(self.address).path.strip("/"):
            return N_("NRM_ADDRESS names a host and, if need be, a port; no path.")
        return ""
