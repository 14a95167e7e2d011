"""peer-stories account add EMAIL --role …"""

import click

from archive.cli.house import address, opened, say
from archive.models import RoleName
from archive.services.accounts import add_account, make_link


@click.group()
def account() -> None:
    """People who can sign in."""


@account.command()
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in RoleName]), required=True)
def add(email: str, role: str) -> None:
    """Add EMAIL with a role, and print a link that signs them in once."""
    with opened() as house:
        with house.db.writing() as session:
            token = make_link(session, add_account(session, email, RoleName(role)))
        say(address(house, f"/signin/{token}"))
