"""The way of spans out of this process: by OpenTelemetry's own exporter, which reads its own variables, to an address and no other."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import requests
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

from shared.config.country import Country
from shared.observability.otlp_encoding import request


class OtlpSender(OTLPSpanExporter):
    """Sends rows of the span table, and no other spans."""

    def send(self, bodies: Sequence[Mapping[str, Any]], country: Country) -> bool:
        """Whether the other side took them."""
        return not self._shutdown and self._client.export(request(bodies, country).SerializeToString()).success


def sender(address: str, *, direct: bool, headers: Mapping[str, str]) -> OtlpSender:
    """One to this address. `direct`: past any proxy that the environment names."""
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # its lines quote answers; ours say what matters
    session = requests.Session()
    session.trust_env = not direct
    session.max_redirects = 0  # whoever answers there could send the spans elsewhere, and in the clear
    return OtlpSender(address, timeout=5, compression=Compression.Gzip, session=session, headers=dict(headers))
