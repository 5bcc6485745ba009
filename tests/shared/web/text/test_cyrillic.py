"""Serbian in Cyrillic, by rule and list: a word that the rule gets wrong comes here first, and then into `locale/cyrillic.toml`."""

import tomllib

import pytest

from shared.web.text.cyrillic import EXCEPTIONS, to_cyrillic


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Centar za zaštitu žrtava trgovine ljudima", "Центар за заштиту жртава трговине људима"),
        ("Ljudi, NJEGOŠ, Njegoš, džep, DŽEP, Džep, đak, ćerka", "Људи, ЊЕГОШ, Његош, џеп, ЏЕП, Џеп, ђак, ћерка"),
        ("injekcija Injekcije INJEKCIJA", "инјекција Инјекције ИНЈЕКЦИЈА"),
        ("konjunktura, konjugacija, vanjezički, Tanjug", "конјунктура, конјугација, ванјезички, Танјуг"),
        ("nadživeti, nadžnjeveti, podžupan, odžaliti, odživeti", "надживети, наджњевети, поджупан, оджалити, одживети"),
        ("MUP, NVO i CSV-u po GDPR-u", "МУП, НВО и CSV-у по GDPR-у"),
        ("Još %(days)s dana, 95 %% od %(n)s i %s", "Још %(days)s дана, 95 %% од %(n)s и %s"),
        ('Vidi <a href="/lead">slučaj</a>&nbsp;sada', 'Види <a href="/lead">случај</a>&nbsp;сада'),
        ("Piši na pomoc@primer.rs ili https://primer.rs/kako", "Пиши на pomoc@primer.rs или https://primer.rs/kako"),
        ("Traje 3 h, 5 min i 12 s sa 5 MiB, a s njim %(t)s ms", "Траје 3 h, 5 min и 12 s са 5 MiB, а с њим %(t)s ms"),
        ("Pokrenite ./nrm topics generation --same i NRM_HOSTS", "Покрените ./nrm topics generation --same и NRM_HOSTS"),
        ("Pritisnite Shift tri puta", "Притисните Shift три пута"),
        ("razred D3, UTF-8", "разред D3, UTF-8"),
        ("Excel i Windows, i/ili ona/on", "Excel и Windows, и/или она/он"),
        ("Podesite `agency init`, {service} i {name!r}", "Подесите `agency init`, {service} и {name!r}"),
        ("root.key i docs/contracts, HOST:PORT, do Ctrl-C", "root.key и docs/contracts, HOST:PORT, до Ctrl-C"),
        ("prikazuje ih ./nrm parked list, kao", "приказује их ./nrm parked list, као"),
        ("sa NRM_SEALED=false ili --to FOLDER, kao rs-ngo-name", "са NRM_SEALED=false или --to FOLDER, као rs-ngo-name"),
        ("zahtev request.csr (apt install chrony), start()", "захтев request.csr (apt install chrony), start()"),
        ('vidi docs/operations.md, "Another log", ./nrm agency revoke', 'види docs/operations.md, "Another log", ./nrm agency revoke'),
        ("za %(n)s s: %(left)s, pa %(n)s s (kraj)", "за %(n)s s: %(left)s, па %(n)s s (крај)"),
        ("praksa od 2022, GVNET 2023, CETS 197", "пракса од 2022, GVNET 2023, CETS 197"),
        ("na %(at)s/reports/new budite", "на %(at)s/reports/new будите"),
        ("[obavezno] [blue]'{help_option}'[/]", "[обавезно] [blue]'{help_option}'[/]"),
        ("min", "min"), ("s", "s"), ("s njim", "с њим"), ("", ""),
    ],
)  # fmt: skip
def test_what_is_serbian_changes_its_letters_and_the_rest_stays(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == cyrillic


def test_each_line_of_the_list_is_needed() -> None:
    listed = tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8"))
    assert [word for word in listed["stays"] if to_cyrillic(word) != word] == []
    assert sorted(set(listed["stays"])) == sorted(listed["stays"])
    for stem in listed["apart"]:
        left, right = stem.split("|")
        assert to_cyrillic(left + right) == to_cyrillic(left) + to_cyrillic(right), stem
