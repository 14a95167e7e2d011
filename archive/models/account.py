"""Who can sign in, and as what. Narrators need no account."""

from enum import StrEnum

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Digest, Key, Moment, now, states


class RoleName(StrEnum):
    INTERVIEWER = "interviewer"
    CONTRIBUTOR = "contributor"
    CURATOR = "curator"


account_role = Table(
    "account_role",
    Base.metadata,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Base):
    __tablename__ = "role"

    id: Mapped[Key]
    name: Mapped[RoleName] = mapped_column(states(RoleName), unique=True)


class Account(Base):
    """fs_uniquifier is what a session cookie holds: a new one signs the person out everywhere."""

    __tablename__ = "account"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Moment] = mapped_column(default=now)
    roles: Mapped[list[Role]] = relationship(secondary=account_role, lazy="selectin")

    def holds(self, role: RoleName) -> bool:
        return any(held.name == role for held in self.roles)

    @property
    def is_curator(self) -> bool:
        return self.holds(RoleName.CURATOR)

    @property
    def may_record(self) -> bool:
        return self.is_curator or self.holds(RoleName.INTERVIEWER)


class SigninLink(Base):
    """A way in that works once. Only the hash of its token is kept."""

    __tablename__ = "signin_link"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
    account: Mapped[Account] = relationship()
