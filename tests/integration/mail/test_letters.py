"""What traders are sent: every letter word for word, and nothing in one that its reader did not ask for."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import css_inline
import pytest
from jinja2 import Environment, FileSystemLoader

from adapters.smtp.preview import write_previews
from adapters.smtp.texts import NAME_LENGTH_LIMIT, TEXT_LENGTH_LIMIT
from adapters.smtp.writing import LETTERS as TEMPLATES
from adapters.smtp.writing import Writer, Written
from domain.model.account_letters import ACCOUNT_LETTERS, AccountLetter
from domain.model.notices import NOTICE_KINDS, NoticeKind
from domain.ports.delivery import Letter, MailRefused
from tests.integration.mail.conftest import LETTERS

SNAPSHOTS = Path(__file__).with_name("letters")
Change = Callable[..., Letter]


class Reader(HTMLParser):
    """The tags and the visible text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)


def write(letter: Letter) -> Written:
    return Writer().write(letter)


@pytest.fixture(scope="module")
def previews(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("previews")
    write_previews(folder)
    return folder


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_word_for_word_as_it_was_read_and_found_good(name: str, previews: Path) -> None:
    """Where a change is wanted: write_previews(SNAPSHOTS), keep the .txt files, and read them."""
    assert (previews / f"{name}.txt").read_text() == (SNAPSHOTS / f"{name}.txt").read_text()


OF_OFFERS = [name for name, letter in LETTERS.items() if isinstance(letter.kind, NoticeKind)]
OF_ACCOUNTS = [name for name in LETTERS if name not in OF_OFFERS]


@pytest.mark.parametrize("name", LETTERS)
def test_the_html_says_what_the_text_says_and_links_to_nothing(name: str) -> None:
    letter = LETTERS[name]
    written = write(letter)
    page = Reader(written.html)
    words = ("Jude", "Amara", "2000.00 usd", "10 trx", "#12")
    for word in words if name in OF_OFFERS else ("Jude", "account at the desk"):
        assert word in written.text
        assert word in page.text
    assert not {"a", "img", "script", "style", "link", "form", "iframe"} & set(page.tags)
    assert "http" not in written.html


def test_there_is_a_letter_for_every_kind_of_notice_and_both_types_of_ad() -> None:
    for ad_type in ("sell", "buy"):
        kinds = {letter.kind for letter in LETTERS.values() if letter.facts.get("ad_type") == ad_type}
        assert kinds == MAILED, f"no sample letter of {MAILED - kinds} on a {ad_type} ad"


MAILED = {kind for kind, row in NOTICE_KINDS.items() if row.is_mailed}


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("ending", ["txt", "html"])
def test_a_kind_that_is_mailed_has_its_templates(kind: NoticeKind, ending: str) -> None:
    assert (TEMPLATES / f"{kind.value}.{ending}").is_file() is (kind in MAILED), f"{kind.value}.{ending}"


def test_there_is_a_letter_of_each_kind_about_an_account() -> None:
    assert {LETTERS[name].kind for name in OF_ACCOUNTS} == set(ACCOUNT_LETTERS) == set(AccountLetter)


@pytest.mark.parametrize("kind", AccountLetter)
def test_a_letter_about_an_account_tells_all_its_facts_and_its_subject_none(kind: AccountLetter) -> None:
    row = ACCOUNT_LETTERS[kind]
    written = write(LETTERS[kind.value])
    assert written.subject == row.subject
    for name, fact in row.sample.items():
        told = "2 March 2026, 09:30 UTC" if name == "at" else fact
        assert told in written.text
        assert told in Reader(written.html).text
        assert told not in written.subject


@pytest.mark.parametrize("name", OF_OFFERS)
def test_every_subject_names_the_offer(name: str) -> None:
    assert write(LETTERS[name]).subject.endswith("(offer #12)")


def test_the_proposal_tells_what_is_proposed() -> None:
    text = write(LETTERS["sell-ad-ad_interest"]).text
    for part in ("Amara Nwosu wants to buy 10 trx from you for 2000.00 usd", "200.00 usd per trx", "bank transfer"):
        assert part in text
    assert "******6789" in text
    assert "0123456789" not in text


def test_by_when_to_pay_is_told_only_while_it_is_to_be_paid() -> None:
    assert "Pay by:" in write(LETTERS["sell-ad-ad_interest"]).text
    assert "Pay by:" not in write(LETTERS["sell-ad-funds_released"]).text


def test_who_buys_is_told_to_mark_first_and_to_send_then() -> None:
    for name in ("buy-ad-ad_interest", "sell-ad-auto_reply"):
        assert "mark the offer as paid FIRST, and then send" in write(LETTERS[name]).text


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
def test_only_a_live_ad_is_open_to_new_offers(ad_type: str) -> None:
    assert "open to new offers" in write(LETTERS[f"{ad_type}-ad-offer_cancel"]).text
    ended = write(LETTERS[f"{ad_type}-ad-offer_cancel-ad-ended"])
    assert "open to new offers" not in ended.text + ended.html


@pytest.mark.abuse("H3")
def test_markup_of_traders_is_shown_and_not_obeyed(changed: Change) -> None:
    script = "<script>alert(1)</script>"
    letter = changed(
        "sell-ad-auto_reply", facts={"auto_reply_message": f"{script}<a href=x>&amp;", "maker": f"{script}&{{{{1}}}}"}
    )
    html = write(letter).html
    assert not {"script", "a"} & set(Reader(html).tags)
    assert f"{script}<a href=x>&amp;" in Reader(html).text
    assert f"{script}&{{{{1}}}}" in Reader(html).text


@pytest.mark.abuse("H3")
@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/login",
        "www.evil.example",
        "evil.example/x.php?y=1",
        "mailto:thief@evil.example",
        "javascript://evil.example/%0aalert(1)",
        "пример.рф",
        "evil\u3002example",
    ],
)
def test_no_address_of_a_trader_can_be_clicked(changed: Change, link: str) -> None:
    letter = changed(
        "sell-ad-offer_disputed",
        facts={"dispute_reason": f"see {link} now", "dispute_opened_by": link, "buyer": link},
        fullname=link,
    )
    written = write(letter)
    for text in (written.text, Reader(written.html).text):
        assert link not in text
        assert "[.]" in text


def test_names_keep_to_one_line_and_show_no_tricks(changed: Change) -> None:
    letter = changed(facts={"taker": "Ama\r\nra\x00\u202e\x1b[31m\u2028X\t Y"})
    text = write(letter).text
    assert "Ama ra[31m X Y wants to buy" in text


@pytest.mark.abuse("H3")
def test_a_long_text_is_cut(changed: Change) -> None:
    letter = changed(
        "sell-ad-auto_reply",
        facts={"auto_reply_message": "x" * (TEXT_LENGTH_LIMIT + 1), "maker": "y" * (NAME_LENGTH_LIMIT + 1)},
    )
    text = write(letter).text
    assert f"> {'x' * (TEXT_LENGTH_LIMIT - 1)}…\n" in text
    assert f" {'y' * (NAME_LENGTH_LIMIT - 1)}…," in text


@pytest.mark.abuse("H3")
def test_quoted_lines_cannot_pass_for_ours(changed: Change) -> None:
    letter = changed("sell-ad-auto_reply", facts={"auto_reply_message": "hi\n\n\n\n-- \nThe desk\u2028says so\rtoo"})
    lines = write(letter).text.splitlines()
    assert [line for line in lines if line.startswith(">")] == [
        "> hi",
        "> ",
        "> --",
        "> The desk",
        "> says so",
        "> too",
    ]


def test_a_letter_without_a_fact_is_refused(letter: Letter, changed: Change) -> None:
    facts = {name: fact for name, fact in letter.facts.items() if name != "taker"}
    with pytest.raises(MailRefused, match="taker"):
        write(Letter(**{name: getattr(letter, name) for name in Letter.__slots__} | {"facts": facts}))


@pytest.mark.parametrize(
    "facts", [{"deadline": "soon"}, {"ad_type": "gift"}, {"deadline": None}, {"fiat_amount": "a lot"}]
)
def test_a_letter_with_a_senseless_fact_is_refused(changed: Change, facts: dict[str, object]) -> None:
    with pytest.raises(MailRefused):
        write(changed(facts=facts))


HEBREW, ARABIC = "\u05d0\u05d1\u05e8\u05d4\u05dd 12", "\u0645\u0631\u064a\u0645"


def test_a_name_that_runs_from_right_to_left_keeps_its_direction_to_itself(changed: Change) -> None:
    """Else the amount beside it would be read from the wrong end."""
    letter = changed(facts={"taker": HEBREW, "buyer": HEBREW, "bank_name": ARABIC}, fullname=ARABIC)
    written = write(letter)
    assert f"Hello \u2068{ARABIC}\u2069," in written.text
    assert f"\u2068{HEBREW}\u2069 wants to buy 10 trx" in written.text
    assert f"Bank:            \u2068{ARABIC}\u2069" in written.text
    assert f"<bdi>{HEBREW}</bdi>" in written.html
    assert f"<bdi>{ARABIC}</bdi>" in written.html
    assert "\u2068" not in written.html
    assert "\u2068" not in write(changed()).text


def test_markup_in_such_a_name_is_shown_and_not_obeyed(changed: Change) -> None:
    name = f"<script>{HEBREW}&"
    page = Reader(write(changed(facts={"taker": name})).html)
    assert "script" not in page.tags
    assert name in page.text


def test_a_text_of_several_lines_has_a_direction_a_line(changed: Change) -> None:
    letter = changed("sell-ad-auto_reply", facts={"auto_reply_message": f"{HEBREW}\nthen 34\n<b>{ARABIC}"})
    written = write(letter)
    assert f"> \u2068{HEBREW}\u2069\n> then 34\n> \u2068<b>{ARABIC}\u2069\n" in written.text
    assert 'dir="auto"' in written.html
    assert f"{HEBREW}\nthen 34\n&lt;b&gt;{ARABIC}</blockquote>" in written.html


def test_a_blank_fact_of_before_is_left_out(changed: Change) -> None:
    """Such texts were taken once, and may stand in a notice that is not sent yet."""
    text = write(changed(facts={"bank_name": "\u3164"})).text
    assert "Bank:" not in text
    resolved = write(changed("sell-ad-dispute_resolved-for-buyer", facts={"dispute_note": "\u200b\n"})).text
    assert "Our staff say" not in resolved


class Page(HTMLParser):
    """All that a page says: its tags with their attributes, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[object] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said.append((tag, sorted(attrs, key=str)))

    def handle_endtag(self, tag: str) -> None:
        self.said.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.said += data.split()


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_has_the_styles_that_it_would_have_if_it_were_styled_as_a_whole(name: str) -> None:
    unstyled = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    writer = Writer()
    styled = writer.write(LETTERS[name]).html
    writer.templates = unstyled
    inliner = css_inline.CSSInliner(
        load_remote_stylesheets=False, extra_css=(TEMPLATES / "style.css").read_text(encoding="utf-8")
    )
    assert Page(styled).said == Page(inliner.inline(writer.write(LETTERS[name]).html)).said
    assert styled.count('style="') > 10
