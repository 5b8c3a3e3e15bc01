"""The tools everything rests on, held against figures from elsewhere."""

import hashlib

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from hypothesis import given
from hypothesis import strategies as st

from accounts import identity
from certification.roles import APP_ROLE
from exams.assembly.cells import largest_remainder, two_way_table
from lib.appendonly import is_append_only
from lib.merkle import tree_hash


def test_merkle_tree_hash_equals_the_published_vectors():
    """Vectors used by Certificate Transparency implementations of RFC 6962."""
    leaves = [bytes.fromhex(one) for one in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
    )]  # fmt: skip
    assert tree_hash([]).hex() == hashlib.sha256(b"").hexdigest()
    assert tree_hash(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert tree_hash(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_area_weights_are_those_of_the_published_blueprint():
    assert largest_remainder(100, [17, 13, 12]) == [40, 31, 29]
    assert largest_remainder(100, [12, 17, 12, 15, 13]) == [17, 25, 17, 22, 19]


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=6), st.lists(st.integers(1, 9), min_size=1, max_size=4)
)
def test_a_two_way_table_keeps_all_sums(rows, weights):
    columns = largest_remainder(sum(rows), weights)
    table = two_way_table(rows, columns)
    assert [sum(row) for row in table] == rows
    assert [sum(column) for column in zip(*table, strict=True)] == columns
    assert all(cell >= 0 for row in table for cell in row)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "label", sorted(model._meta.label for model in apps.get_models() if is_append_only(model))
)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_products_role_can_neither_remove_nor_empty_append_only_rows(label, statement):
    table = "_".join(label.lower().split("."))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute(statement.format(table))
        transaction.set_rollback(True)


def test_identity_numbers_are_sealed_found_and_masked():
    sealed = identity.encrypt_number("11010119900101001x")
    assert "110101" not in sealed
    assert identity.decrypt_number(sealed) == "11010119900101001X"
    assert identity.number_hash("１１０１０１19900101001x ") == identity.number_hash("11010119900101001X")
    assert identity.mask_number("11010119900101001X") == "110***********001X"


@pytest.mark.parametrize(
    ("typed", "kept", "masked"),
    [
        (" 张 三 ", "张三", "张*"),
        ("阿依古丽•买买提", "阿依古丽·买买提", "阿***·***"),
        ("阿依古丽 ・ 买买提", "阿依古丽·买买提", "阿***·***"),
        ("Anna Maria", "Anna Maria", "A*********"),
        ("欧阳修文", "欧阳修文", "欧***"),
    ],
)
def test_names_are_normalised_and_masked(typed, kept, masked):
    assert identity.normalise_name(typed) == kept
    assert identity.mask_name(kept) == masked
