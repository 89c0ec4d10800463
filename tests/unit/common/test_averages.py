import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.common.averages import group_means, over_folds

numbers = st.floats(0, 1).map(lambda value: float(f"{value:.9g}"))  # as tables hold them
pairs = st.lists(st.tuples(st.sampled_from("abc"), numbers), min_size=1, max_size=60)
panels = st.dictionaries(
    st.sampled_from("abcd"), st.dictionaries(st.sampled_from([1, 2, 3]), numbers, min_size=1), min_size=1
)


@given(pairs, st.booleans())
def test_means_of_groups_are_those_of_pandas_to_the_last_bit(rows, in_order):
    rows = sorted(rows, key=lambda row: row[0]) if in_order else rows
    table = pd.DataFrame(rows, columns=["key", "number"])
    assert group_means(rows) == table.groupby("key")["number"].mean().to_dict()


@given(panels)
def test_averages_over_folds_are_those_of_pandas(values):
    table = pd.DataFrame.from_dict(values, orient="index").astype(float)
    rows = [(panel, fold, number) for panel, of in values.items() for fold, number in of.items()]
    found = over_folds(rows, list(values))
    assert found.estimate == pytest.approx(table.mean(axis=1).mean())
    whole = table.dropna(axis=1)
    assert found.folds == whole.shape[1]
    if found.folds > 1:
        assert found.sd == pytest.approx(whole.mean().std(), abs=1e-9)
    else:
        assert found.sd is None


@given(panels)
def test_there_is_no_average_where_a_panel_is_missing(values):
    rows = [(panel, fold, number) for panel, of in values.items() for fold, number in of.items()]
    found = over_folds(rows, [*values, "another"])
    assert (found.estimate, found.sd, found.folds) == (None, None, None)


def test_what_is_the_same_in_all_folds_does_not_deviate():
    for number in np.random.default_rng(0).random(20):
        rows = [(panel, fold, number) for panel in "abc" for fold in range(5)]
        assert over_folds(rows, "abc").sd == 0
