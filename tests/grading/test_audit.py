"""Who shares what an audit brings to light is run as a whole too, and nobody else."""

from grading.audit import Audit
from grading.workers.grading_task import Done


def done(lost=(), better=()) -> Done:
    return Done("{}", [], 1.0, lost=list(lost), better_as_a_whole=list(better))


def test_those_who_lost_a_check_in_the_same_words_share_the_cause():
    audit = Audit()
    audit.draw(["ada"], 3)
    missing = "double_any: NameError: name 'np' is not defined"
    audit.note("ada", done([missing, "double_three: CheckFailed: no"], better=[missing]))
    audit.note("ben", done([missing]))
    audit.note("cy", done(["double_any: CheckFailed: other words"]))
    audit.note("dan", done(["double_three: CheckFailed: no"]))
    assert audit.sharing() == ["ben"]
    audit.add(["ben"])
    assert audit.sharing() == []


def test_what_no_audit_asked_for_is_no_cause():
    """A run as a whole that an answer's own dependence asked for says nothing of others."""
    audit = Audit()
    audit.draw([], 3)
    audit.note("ada", done(["a: b"], better=["a: b"]))
    audit.note("ben", done(["a: b"]))
    assert audit.sharing() == []
