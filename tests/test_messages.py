"""Where the lines of ``verbose`` go."""

import logging

from sklearn_symclone import SymmetryClonedRegressor, messages


def test_lines_are_printed_if_logging_would_not_show_them(capsys):
    messages.tell("a line")
    assert capsys.readouterr().out == "a line\n"


def test_lines_are_logged_once_if_logging_shows_them(capsys, caplog):
    with caplog.at_level(logging.INFO, logger="sklearn_symclone"):
        messages.tell("a line")
    assert caplog.record_tuples == [("sklearn_symclone", logging.INFO, "a line")]
    assert capsys.readouterr().out == ""


def test_a_fit_tells_nothing_if_it_is_not_verbose(caplog):
    with caplog.at_level(logging.INFO, logger="sklearn_symclone"):
        SymmetryClonedRegressor(max_iter=1, random_state=0).fit([[0.0], [1.0]], [0.0, 1.0])
        assert not caplog.records
        SymmetryClonedRegressor(max_iter=1, random_state=0, verbose=True).fit([[0.0]] * 9, [1] * 9)
        assert caplog.records
