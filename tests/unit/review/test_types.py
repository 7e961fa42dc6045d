"""The catalogue of types: whole, in both languages, and easy to find one in."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import yaml

from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind
from almere_vision.review.types import find_types, incident_types

TOP_TEN_2008 = [
    "parking_violation",
    "parking_nuisance",
    "soft_drugs_use",
    "loitering_youth",
    "public_urination",
    "trade_waste",
    "no_exemption_shopping_street",
    "drinking_alcohol",
    "suspicious_behaviour",
    "cycling_pedestrian_area",
]
CATEGORIES_2008 = {
    *("traffic", "environment", "street_furniture", "obstacles", "by_law", "violence", "theft", "weapons"),
    *("drugs", "patterns", "suspicious", "nuisance", "assistance", "shop_warning", "other", "public_order"),
}


def test_ids_are_unique_and_fit_an_address(root_text: str) -> None:
    ids = re.findall(r"\{id: ([^,]+),", root_text)
    assert len(ids) == len(set(ids)) == len(incident_types())
    assert 140 <= len(ids) <= 200
    assert all(re.fullmatch(r"[a-z0-9_]{1,64}", one) for one in ids)


@pytest.fixture
def root_text() -> str:
    from importlib.resources import files

    return files("almere_vision.review").joinpath("types.yaml").read_text(encoding="utf-8")


def test_every_category_is_named_in_both_languages_and_has_types(root_text: str) -> None:
    categories = yaml.safe_load(root_text)["categories"]
    assert {category["id"] for category in categories} == CATEGORIES_2008
    assert len(categories) == len(CATEGORIES_2008)
    for category in categories:
        assert category["types"]
        assert {language: bool(category[language].strip()) for language in ("nl", "en")} == {
            "nl": True,
            "en": True,
        }


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_type_has_a_name_of_its_own_in_each_language(language: str) -> None:
    names = Counter(one.names[language].casefold() for one in incident_types().values())
    twice = [name for name, count in names.items() if count > 1]
    assert twice == []
    assert all(name == name.strip() and name for name in names)


def test_what_a_detector_looks_for_and_the_ten_most_frequent_are_there() -> None:
    types = incident_types()
    assert set(TOP_TEN_2008) <= types.keys()
    assert {one.kind for one in types.values()} == set(Kind)
    assert types["parking_violation"].kind is Kind.PARKING
    assert types["loitering_youth"].kind is Kind.LOITERING
    assert types["fight"].kind is Kind.FIGHT
    assert types["person_in_water"].priority is Priority.P1


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("wildplas", "public_urination"),
        ("WILDPLASSEN", "public_urination"),
        ("hangj", "loitering_youth"),
        ("loitering y", "loitering_youth"),
        ("vechtp", "fight"),
        ("  bag   snatch ", "bag_snatching"),
        ("brommer groep", "loitering_scooters"),
        ("mes", "knife"),
    ],
)
def test_a_type_is_found_by_words_of_either_language(words: str, first: str) -> None:
    assert find_types(words, 5)[0].id == first


def test_words_that_nothing_holds_find_nothing_and_no_words_find_all() -> None:
    assert find_types("xyzzy", 5) == ()
    assert [one.id for one in find_types("", 500)] == list(incident_types())
    assert len(find_types("parkeren", 3)) <= 3


def test_a_name_that_begins_so_comes_before_one_that_only_mentions_it() -> None:
    found = [one.id for one in find_types("drugs", 50)]
    assert found.index("drug_runners") < found.index("soft_drugs_use")  # Drugsrunners, ... gebruik softdrugs
