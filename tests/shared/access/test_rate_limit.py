"""How often: of one address, of one network of IPv6, and of all together."""

from shared.access.rate_limit import HOUR, REPORTS_AT_MOST, REPORTS_IN_AN_HOUR, REPORTS_OF_ALL, WITHIN, ReportRateLimit, network_of


class Now:
    at = 1_000_000_000_000

    def __call__(self) -> int:
        return self.at


def test_of_an_address_of_ipv6_the_network_counts_and_a_mapped_one_is_that_of_ipv4() -> None:
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:192.0.2.7") == network_of("192.0.2.7") == "192.0.2.7"
    assert network_of("fe80::1%eth0") == network_of("fe80::2%eth0")
    assert network_of("") == ""


def test_one_sender_is_let_through_a_few_times_and_shuts_the_page_for_nobody_else() -> None:
    now = Now()
    gate = ReportRateLimit(now)
    tries = [gate.lets(f"2001:db8::{n:x}") for n in range(REPORTS_OF_ALL + 1)]
    assert tries.count(True) == REPORTS_AT_MOST
    assert gate.lets("2001:db8:0:1::1")
    passed = REPORTS_AT_MOST
    for _ in range(59):
        now.at += WITHIN
        passed += sum(gate.lets("2001:db8::1") for _ in range(REPORTS_AT_MOST))
    assert passed == REPORTS_IN_AN_HOUR
    now.at += HOUR
    assert gate.lets("2001:db8::1")


def test_all_together_are_let_through_so_often() -> None:
    gate = ReportRateLimit(Now())
    assert [gate.lets(f"192.0.2.{n}") for n in range(REPORTS_OF_ALL + 5)].count(True) == REPORTS_OF_ALL
