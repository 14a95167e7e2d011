"""tus-js-client in Chromium, on the archive's own page: python -m tests.bench.chromium_sender BASE COOKIE FILE STORY.

Killed and started again, it chooses the same file on the story's page; the browser's profile beside the file remembers
the upload, as a person's browser would.
"""

import shutil
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

LONGEST_S = 3_600


def main() -> int:
    base, cookie, file, story = sys.argv[1:]
    name, _, value = cookie.partition("=")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(Path(file).with_suffix(".profile")), executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context.add_cookies([{"name": name, "value": value, "url": base}])
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{base}/studio/{story}")
        page.set_input_files("#more", file)
        until = time.monotonic() + LONGEST_S
        while time.monotonic() < until:
            page.wait_for_timeout(500)
            if page.get_by_text("are kept as they came").count():
                return 0
            again = page.get_by_role("button", name="Go on")
            if again.count() and again.first.is_visible():
                again.first.click()
    return 1


if __name__ == "__main__":
    sys.exit(main())
