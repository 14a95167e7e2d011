"""Signing in. The one place where Flask-Security meets the models.

The models know no Flask: its mixins are put on here, and its `commit()` becomes a flush, because requests commit in
one place only (see web.http).
"""

from typing import Any, cast

from flask import Flask
from flask_security import (
    RoleMixin,
    Security,
    SQLAlchemySessionUserDatastore,
    UserMixin,
    current_user,
    hash_password,
    login_user,
    logout_user,
    verify_and_update_password,
)
from flask_wtf import CSRFProtect
from sqlalchemy.orm import scoped_session, sessionmaker

from archive.models import Account, Role
from archive.web.unit import session

csrf = CSRFProtect()


def _mix_in() -> None:
    if UserMixin not in Account.__bases__:
        Account.__bases__ += (UserMixin,)
        Role.__bases__ += (RoleMixin,)


class _Datastore(SQLAlchemySessionUserDatastore):
    def commit(self) -> None:
        session().flush()


class _RequestSession(scoped_session[Any]):
    """Stands for whatever session the request has opened."""

    def __init__(self) -> None:
        super().__init__(sessionmaker())

    def __call__(self, **kw: Any) -> Any:
        return session()

    @property
    def registry(self) -> Any:
        return self

    @registry.setter
    def registry(self, value: Any) -> None:
        """scoped_session sets its own; ours is the request."""


def set_up(app: Flask) -> None:
    _mix_in()
    app.config |= {
        "SECURITY_REGISTERABLE": False,
        "SECURITY_PASSWORD_SALT": app.config["SECRET_KEY"][:32],
        "SECURITY_LOGIN_URL": "/signin",
        "SECURITY_JOIN_USER_ROLES": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "WTF_CSRF_TIME_LIMIT": None,
        # The token is the proof. A Referer as well is more than a narrator's pages may ask for: they send none at all.
        "WTF_CSRF_SSL_STRICT": False,
    }
    Security(app, _Datastore(_RequestSession(), cast(Any, Account), cast(Any, Role)), register_blueprint=False)
    csrf.init_app(app)


def current_account() -> Account | None:
    """The account in the session of this door. Flask-Security reads it before any door opens, in a session that is
    closed by then: a change to that object would be lost."""
    if not current_user.is_authenticated:
        return None
    held = cast(Account, current_user._get_current_object())
    if held in session():
        return held
    known, mark = session().info, ("account", held.id)
    if mark not in known:  # a session lets go of what nobody holds, and would ask the database each time
        known[mark] = session().get(Account, held.id)
    return cast("Account | None", known[mark])


def sign_in(account: Account) -> None:
    login_user(cast(Any, account))


def sign_out() -> None:
    logout_user()


def set_password(account: Account, password: str) -> None:
    account.password = hash_password(password)


def password_is(given: str, account: Account | None) -> bool:
    """A hash is computed without an account as well: the time taken tells nobody who has one."""
    if account is None or account.password is None:
        hash_password(given)
        return False
    return bool(verify_and_update_password(given, cast(Any, account))) and account.active
