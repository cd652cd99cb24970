"""Real mail servers, and letters to send to them."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.smtp.addresses import Server as Address
from adapters.smtp.messages import Stationer
from adapters.smtp.preview import sample_letters
from adapters.smtp.submission import SmtpMailer
from domain.ports.delivery import Letter
from tests.integration.mail.server import Server, running

SENDER = "The desk <desk@desk.example>"
LETTERS = dict(sample_letters())


@pytest.fixture
def letter() -> Letter:
    """A letter like any other."""
    return LETTERS["sell-ad-ad_interest"]


@pytest.fixture
def changed() -> Callable[..., Letter]:
    """Makes a letter of some kind with other facts or fields: ``facts`` are merged into those it has."""

    def change(name: str = "sell-ad-ad_interest", *, facts: dict[str, Any] | None = None, **fields: Any) -> Letter:
        chosen = LETTERS[name]
        return replace(chosen, facts={**chosen.facts, **(facts or {})}, **fields)

    return change


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
def mailer(server: Server) -> SmtpMailer:
    """A mailer to the server that does not wait for long."""
    return mailer_to(server.port)


def mailer_to(port: int, tls: ssl.SSLContext | None = None, **options: Any) -> SmtpMailer:
    quick = {"timeout_seconds": 2.0, "final_dot_timeout_seconds": 2.0}
    return SmtpMailer(Address("127.0.0.1", port, **quick | options), Stationer(SENDER), tls)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 and bot.example.com that signed itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    import ipaddress

    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    names = x509.SubjectAlternativeName([address, x509.DNSName("bot.example.com")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + built.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting_tls(certificate: Path) -> ssl.SSLContext:
    """Trusts that certificate and no other."""
    return ssl.create_default_context(cafile=str(certificate))
