"""Whether everybody can use the page, by axe: page_access.py PROGRAMS"""

from __future__ import annotations

import sys
import sysconfig
import unittest
from pathlib import Path

from browser import CHROMIUM, Page
from page_rig import HERE, SESSIONS, PageRig
from running import wait_until

PACKAGES = Path(sysconfig.get_path("purelib"))
# The one of axe-selenium-python, and a newer one that knows WCAG 2.2.
AXES = (
    PACKAGES / "axe_selenium_python/node_modules/axe-core/axe.min.js",
    PACKAGES / "axe_playwright_python/axe.min.js",
)


@unittest.skipUnless(CHROMIUM, "there is no Chromium")
class AccessTest(unittest.TestCase):
    def setUp(self) -> None:
        self.rig = PageRig()
        self.addCleanup(self.rig.close)

    def test_accessible(self) -> None:
        """axe finds nothing, in light and dark, wide and narrow."""
        self.rig.stay("--responder", "fallback")
        self.rig.play(0)
        chat = self.rig.folder / "play.jsonl"
        for dark in (False, True):
            for size in ((1400, 900), (320, 800)):
                page = self.rig.page("--compose", str(chat), dark=dark, size=size)
                page.open()
                if size[0] == 320:
                    page.driver.execute_cdp_cmd(
                        "Emulation.setDeviceMetricsOverride",
                        {"width": 320, "height": 800, "deviceScaleFactor": 1, "mobile": False},
                    )
                self.assertEqual(page.js("return matchMedia('(prefers-color-scheme: dark)').matches"), dark)
                wait_until(lambda page=page: all(page.entries(session) for session in SESSIONS))
                for step in ("list", "chat", "help"):
                    if step == "chat":
                        page.choose("abc123")
                        wait_until(lambda page=page: len(page.texts(".suggestion")) == 3)
                    if step == "help":
                        page.click("#help")
                    for script in AXES:
                        self.assertEqual(self.violations(page, script), [], (dark, size, step, script.parent.name))
                if size[0] == 320:
                    self.assertLessEqual(page.js("return document.documentElement.scrollWidth"), 320)
                page.close()
                self.rig.pages.remove(page)

    def violations(self, page: Page, script: Path) -> list[object]:
        """What axe finds. The page forbids foreign scripts: the browser's own way in is used."""
        page.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": script.read_text()})
        found = page.driver.execute_async_script((HERE / "axe_check.js").read_text())
        assert isinstance(found, list)
        return found


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
