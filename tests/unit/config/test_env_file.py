"""Settings from a file."""

from pathlib import Path

import pytest

from config.env_file import read_env_file
from config.wrong_setting import WrongSetting


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "desk.env"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("P2P_MAIL_FROM=desk@example.com", "desk@example.com"),
        ("  P2P_MAIL_FROM = desk@example.com  ", "desk@example.com"),
        ("export P2P_MAIL_FROM=desk@example.com", "desk@example.com"),
        ("P2P_MAIL_FROM=desk@example.com # the sender", "desk@example.com"),
        ("P2P_MAIL_FROM=a#b", "a#b"),
        ("P2P_MAIL_FROM=", ""),
        ("P2P_MAIL_FROM= # nobody", ""),
        ("P2P_MAIL_FROM='The Desk <desk@example.com>' # quoted", "The Desk <desk@example.com>"),
        ('P2P_MAIL_FROM="The \\"Desk\\" # <a@b.c>"', 'The "Desk" # <a@b.c>'),
        ("P2P_MAIL_FROM='a\\nb'", "a\\nb"),
        ('P2P_MAIL_FROM="a\\nb\\tc\\\\d"', "a\nb\tc\\d"),
        ("P2P_MAIL_FROM=a=b", "a=b"),
        ("P2P_MAIL_FROM=''", ""),
        ("P2P_MAIL_FROM='a\u2028b\x85c\x0bd'", "a\u2028b\x85c\x0bd"),
    ],
)
def test_a_line_sets_a_value(file: Path, line: str, value: str) -> None:
    file.write_text(line)
    assert read_env_file(file) == {"P2P_MAIL_FROM": value}


def test_lines_that_set_nothing_are_passed_over(file: Path) -> None:
    file.write_text("\ufeff# The desk.\r\n\r\n   # Indented.\r\nP2P_TIME_TO_PAY=5\r\nOTHER=x\r\n")
    assert read_env_file(file) == {"P2P_TIME_TO_PAY": "5", "OTHER": "x"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("line", ["P2P_SECRET_KEY=key", "P2P_SECRET_KEY='key'", 'P2P_SECRET_KEY="key"  # mine'])
def test_the_line_s_end_of_another_system_is_no_part_of_a_value(file: Path, line: str, end: str) -> None:
    file.write_bytes(f"{line}{end}OTHER=x{end}".encode())
    assert read_env_file(file) == {"P2P_SECRET_KEY": "key", "OTHER": "x"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("P2P_MAIL_FROM", "line 1, is no NAME=value"),
        ("A=1\n=2", "line 2, is no NAME=value"),
        ("A B=1", "line 1, is no NAME=value"),
        ("1A=1", "line 1, is no NAME=value"),
        ("A='1", "line 1, has a quote that does not end"),
        ('A="1\\"', "line 1, has a quote that does not end"),
        ("A='1' 2", "or something behind it"),
        ("A=1\nA=2", "line 2, sets A once more"),
        (b"A=\xff", "is not UTF-8"),
    ],
)
def test_a_slip_is_one_line_that_names_it(file: Path, text: str | bytes, complaint: str) -> None:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(WrongSetting) as caught:
        read_env_file(file)
    assert str(caught.value).startswith("--env-file ")
    assert complaint in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"^--env-file .*gone\.env cannot be read: No such file or directory$"):
        read_env_file(tmp_path / "gone.env")
