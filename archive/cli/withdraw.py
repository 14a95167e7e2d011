"""peer-stories withdraw"""

import json

import click

from archive.cli.acts import json_option
from archive.cli.house import address, follow, opened, say
from archive.models import Story, WithdrawalKind
from archive.services import withdrawal
from archive.services.access import OPERATOR
from archive.services.erasing import erase_due
from archive.services.receipts import printed
from archive.services.stories import story_by_slug


@click.command()
@click.argument("slug")
@click.option("--erase", is_flag=True, help="Erase it, master and personal data too, once the days have passed.")
@click.option(
    "--days",
    type=click.IntRange(0, withdrawal.MOST_DAYS),
    default=withdrawal.DAYS,
    show_default=True,
    help="With --erase: how long it can still be brought back; 0 erases it at once.",
)
@click.option("--reason", help="Why; kept for those who keep the archive, until it is erased.")
@json_option
def withdraw(slug: str, erase: bool, days: int, reason: str | None, as_json: bool) -> None:
    """Take SLUG back: from now on nobody sees, reads or hears it. Prints the receipt's address and code."""
    kind = WithdrawalKind.ERASED if erase else WithdrawalKind.SEALED
    with opened() as house:
        with house.db.writing() as session:
            story = story_by_slug(session, slug, OPERATOR)
            made = withdrawal.withdraw(session, story, kind, reason=reason, by=OPERATOR, days=days)
            story_id, code, erase_on = story.id, made.code, made.erase_on
            if erase and days == 0:
                erase_due(session)
        follow(house, [story_id])
        with house.db.reading() as session:
            state = session.get_one(Story, story_id).state
        receipt = address(house, f"/receipts/{code}")
        if as_json:
            say(json.dumps({"slug": slug, "state": state.value, "receipt": receipt, "code": code}))
            return
        until = f", and will be erased on {erase_on}" if erase_on and days else ""
        say(f"{slug}: {state}{until}\nReceipt: {receipt}\nCode: {printed(code)}")
