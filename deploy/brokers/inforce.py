"""A change on a cluster reaches its brokers one by one, a moment later. This waits until every broker itself confirms it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from aiokafka.protocol.admin import DescribeAclsRequest
from aiokafka.protocol.metadata import MetadataRequest
from tenacity import AsyncRetrying, retry_if_exception_type, retry_if_not_result, wait_fixed

from deploy.language_choice import translate
from deploy.trouble import Trouble
from shared.config.attempts import poll_until_async
from shared.config.i18n import N_
from shared.config.kafka import Bus

T = TypeVar("T")
SECONDS = 30
PAUSE = 0.02
ANSWER_PAUSE = 0.3
ANY = 1
"""Kafka's number for "any" of a kind in a filter."""
NOBODY: Any = None
"""A name that a filter leaves open."""
Held = tuple[str, str, int]
"""A rule as a broker holds it: principal, name of the topic or group, Kafka's number of the operation."""
Asked = Callable[[Any, int], Awaitable[bool]]
"""(client, node id) → whether that broker has it."""


class NotInForce(Trouble):
    """The brokers did not take over in time what was made."""


class NobodyAnswers(Trouble):
    """There is no broker at the address."""


async def answering(bus: Bus, seconds: float = 0) -> None:
    """Until a broker of the cluster answers, at most so long; it is tried at least once. Raises NobodyAnswers."""
    nobody = N_("No broker answers at %(bus)s; is Kafka started, and is the address right?")
    await poll_until_async(partial(_answers, bus), seconds, ANSWER_PAUSE, partial(NobodyAnswers, nobody, bus=bus.servers))


async def _answers(bus: Bus) -> bool:
    client: Any = AIOKafkaClient(**bus.aiokafka())
    try:
        await client.bootstrap()
        return bool(client.cluster.brokers())
    except KafkaError:
        return False
    finally:
        await client.close()


async def topics_in_force(bus: Bus, names: Collection[str]) -> None:
    """Until every broker knows these topics, with a leader for each partition. Raises NotInForce."""

    async def known(client: Any, node: int) -> bool:
        told = (await client.send(node, MetadataRequest(list(names), allow_auto_topic_creation=False))).to_object()["topics"]
        return all(not t["error_code"] and t["partitions"] and all(p["leader"] >= 0 for p in t["partitions"]) for t in told)

    await _everywhere(bus, known, translate("the topics %(names)s", names=", ".join(sorted(names))))


def rules_in_force(bus: Bus, fits: Callable[[set[Held]], bool]) -> None:
    """Until the rules that every broker holds fit. Raises NotInForce."""

    async def held(client: Any, node: int) -> bool:
        asked = DescribeAclsRequest(ANY, NOBODY, ANY, NOBODY, NOBODY, ANY, ANY)
        told = (await client.send(node, asked)).to_object()
        rules = {(a["principal"], r["resource_name"], a["operation"]) for r in told["resources"] for a in r["acls"]}
        return not told["error_code"] and fits(rules)

    wait(_everywhere(bus, held, translate("the access rules")))


async def _everywhere(bus: Bus, asked: Asked, what: str) -> None:
    client: Any = AIOKafkaClient(**bus.aiokafka())
    try:
        async with asyncio.timeout(SECONDS):
            await client.bootstrap()
            nodes = [broker.nodeId for broker in client.cluster.brokers()]
            await asyncio.gather(*(_until(client, node, asked) for node in nodes))
    except TimeoutError:
        raise NotInForce(
            "Not every broker of %(bus)s had %(what)s within %(seconds)s s; look at the brokers' logs.",
            bus=bus.servers,
            what=what,
            seconds=SECONDS,
        ) from None
    finally:
        await client.close()


async def _until(client: Any, node: int, asked: Asked) -> None:
    unsure = retry_if_not_result(bool) | retry_if_exception_type(KafkaError)  # a broker that is starting, or whose connection broke
    await AsyncRetrying(retry=unsure, wait=wait_fixed(PAUSE))(asked, client, node)


def wait(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns; also where a loop runs in this thread already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
