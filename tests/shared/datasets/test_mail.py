"""Mail, as broken as it comes, becomes the text that its writer wrote."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.datasets.mail import mail_id, subject_and_body, text_of, without_html


def mail(body: bytes, *headers: bytes) -> bytes:
    return b"\n".join([b"From: a@example.org", *headers]) + b"\n\n" + body


TEXT = "Ein schöner Tag kostet 5 €".encode()
UTF8 = b"Content-Type: text/plain; charset=utf-8"
HTML = b"Content-Type: text/html"


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (mail(b"5 =E2=82=AC =\nmore", UTF8, b"Content-Transfer-Encoding: quoted-printable"), "5 € more"),
        (mail(base64.b64encode(TEXT), UTF8, b"Content-Transfer-Encoding: base64"), TEXT.decode()),
        (mail(b"\xe9tude", b"Content-Type: text/plain; charset=iso-8859-1"), "étude"),
        (mail(b"\xe9tude", b"Content-Type: text/plain; charset=no-such-charset"), "étude"),
        (mail(b"\xe9tude"), "étude"),
        (mail(b"<html><body><p>One<p>two &amp; three</body></html>", HTML), "One\ntwo & three"),
        (mail(b"<HTML><FONT size=3>Buy</FONT> now</HTML>", b"Content-Type: text/plain"), "Buy now"),
        (mail(b"a\x00b\x07 c \t d\n\n\n\n\ne"), "a b c d\n\ne"),
        (b"", ""),
        (b"no header at all", "no header at all"),
    ],
)
def test_bodies_are_decoded(raw, body):
    assert subject_and_body(raw)[1] == body


def test_of_alternatives_the_plain_one_is_read_and_no_attachment():
    parts = (
        b"--x\nContent-Type: text/plain\n\nplain words\n--x\nContent-Type: text/html\n\n<p>marked-up words\n"
        b'--x\nContent-Type: text/plain; name="a.txt"\nContent-Disposition: attachment; filename="a.txt"\n\nattached\n--x--\n'
    )
    assert subject_and_body(mail(parts, b'Content-Type: multipart/mixed; boundary="x"'))[1] == "plain words"
    html = b"--x\nContent-Type: text/plain\n\n \n--x\nContent-Type: text/html\n\n<p>marked-up words\n--x--\n"
    assert subject_and_body(mail(html, b'Content-Type: multipart/alternative; boundary="x"'))[1] == "marked-up words"


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        (b"Subject: =?utf-8?q?=C3=A9tude?=", "étude"),
        (b"Subject: =?utf-8?b?not base64?=", "=?utf-8?b?not base64?="),
        (b"Subject: two\n lines", "two lines"),
        (b"X-Subject: none", ""),
    ],
)
def test_subjects_are_decoded(header, subject):
    assert subject_and_body(mail(b"body", header))[0] == subject


def test_what_tells_the_mailbox_is_gone():
    body = b"""From: forwarded@example.org
On Monday Zoe wrote:
> quoted words
My own words, see http://lists.example.org/1 or ask joe@example.org
zzzz, dear friend
-- 
Joe's signature
"""
    text = text_of(mail(body, b"Subject: Re: [ILUG] Re: a question"))
    assert text == "a question\n\nMy own words, see URL or ask ADDRESS\n, dear friend"


@pytest.mark.parametrize(
    "footer",
    [
        b"_______________________________________________\nSome-list mailing list\nx@y.z",
        b"-------------------------------------------------------\nThis sf.net email is sponsored by: us",
        b"--DeathToSpamDeathToSpamDeathToSpam--",
        b"To unsubscribe from this group, send an email to:\nx",
    ],
)
def test_footers_of_lists_are_gone(footer):
    text = text_of(mail(b"words\n" + footer))
    assert text.strip("\n -") == "words"


def test_html_without_its_mark_up():
    page = "<style>p {}</style><script>if (a < b) c()</script><!-- x > y --><table><tr><td>a<td>b</table>c&nbsp;d 1 < 2 <broken"
    assert without_html(page).split() == ["a", "b", "c", "d", "1", "<", "2", "<broken"]
    assert without_html("<script>never closed").strip() == ""


@given(
    st.binary(max_size=400),
    st.sampled_from([b"text/plain", b"text/html", b"multipart/mixed; boundary=x", b"\xff/;;charset="]),
)
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_it(data, kind):
    for raw in (
        data,
        mail(data, b"Content-Type: " + kind),
        mail(data, b"Content-Transfer-Encoding: base64", b"Subject: " + data),
    ):
        assert isinstance(text_of(raw), str)


@pytest.mark.parametrize(
    "run", [b"<a", b"<!--", b"<script ", b"=", b"-", b"_", b"a.", b"zzz", b"on x\n", b"wrote ", b"[", b"&", b"> "]
)
def test_a_long_run_of_anything_is_read_in_a_single_pass(run):
    """A regular expression that tries again from each place would need minutes for this, and be noticed."""
    assert isinstance(text_of(mail(b"<html>" + run * 200_000)), str)


def test_an_id_follows_from_the_bytes():
    assert mail_id(b"a") == mail_id(b"a") != mail_id(b"b")
