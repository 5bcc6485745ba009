"""The way of spans to the operators' process: whether it would take what this agency sends."""

from collections.abc import Iterator

from deploy.doctor.finding import Finding, green, yellow
from deploy.installation.patient import Patient
from deploy.language_choice import translate
from shared.config.sender_tokens import shown
from shared.observability.exporter import otlp
from shared.observability.span_delivery import traces


def operators(patient: Patient) -> Iterator[Finding]:
    """An empty batch, sent as spans are; nothing where this agency sends none."""
    settings = patient.settings
    if not settings.operators or patient.agency.apart:
        return
    exporter = otlp(traces(settings.operators), direct=True, headers=shown(settings.operators_token))
    taken = exporter.send([], patient.country)
    exporter.shutdown()
    if taken:
        yield green("operators", "they take the spans of this agency")
    else:
        do = translate(
            "see that their process runs, that its certificate is trusted here, and that it knows the token in NRM_OPERATORS_TOKEN"
        )
        yield yellow("operators", "they take no spans of this agency now; spans wait here, and no case waits for them", do)
