"""Accounts, and ways in that work once."""

import hashlib
import re
import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import Account, Role, RoleName, SigninLink
from archive.services.errors import Invalid, NotFound

LINK_LIVES = timedelta(days=7)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")


def clean_email(email: str) -> str:
    """Lower case, without blanks around it. Raises Invalid for what cannot be an address."""
    cleaned = email.strip().lower()
    if not EMAIL.fullmatch(cleaned) or len(cleaned) > 254:
        raise Invalid(f"{email!r} is no e-mail address.", "email")
    return cleaned


def account_of(session: Session, email: str) -> Account | None:
    return session.scalars(select(Account).where(Account.email == clean_email(email))).one_or_none()


def add_account(session: Session, email: str, role: RoleName) -> Account:
    """The account of this address, made if there is none, holding the role besides those it has."""
    account = account_of(session, email)
    if account is None:
        account = Account(email=clean_email(email), fs_uniquifier=secrets.token_hex(32), roles=[])
        session.add(account)
    if not account.holds(role):
        held = session.scalars(select(Role).where(Role.name == role)).one_or_none()
        account.roles.append(held or Role(name=role))
    session.flush()
    return account


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(session: Session, account: Account) -> str:
    """A token for /signin/TOKEN. It is shown once, here; the archive keeps only its hash."""
    token = secrets.token_urlsafe(24)
    session.add(SigninLink(account_id=account.id, token_hash=_hash(token), expires_at=now() + LINK_LIVES))
    session.flush()
    return token


def link_of(session: Session, token: str) -> SigninLink:
    """Raises NotFound for a token that was never given, was used, or is too old."""
    link = session.scalars(select(SigninLink).where(SigninLink.token_hash == _hash(token))).one_or_none()
    if link is None or link.used_at is not None or link.expires_at < now() or not link.account.active:
        raise NotFound("This sign-in link was used already or is too old. Ask a curator for a new one.")
    return link


def sign_out_everywhere(session: Session, account: Account) -> None:
    """Every open session and every sign-in link of this account ends."""
    account.fs_uniquifier = secrets.token_hex(32)
    links = select(SigninLink).where(SigninLink.account_id == account.id, SigninLink.used_at.is_(None))
    for link in session.scalars(links):
        link.used_at = now()
    session.flush()


def use_link(session: Session, token: str) -> Account:
    """The account it opens; from now on the link opens nothing."""
    query = select(SigninLink).where(SigninLink.token_hash == _hash(token))
    session.scalars(query.with_for_update()).one_or_none()  # of two at once, the second one finds it used
    session.expire_all()
    link = link_of(session, token)
    link.used_at = now()
    session.flush()
    return link.account
