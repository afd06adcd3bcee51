"""A real Chromium, for tests of the page."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys

from running import Program, Record, Rig, wait_until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")


class Page:
    """streamllm-web and a browser that shows it."""

    def __init__(self, rig: Rig, server: Program, *, dark: bool = False, size: tuple[int, int] = (1400, 900)) -> None:
        self.rig, self.server = rig, server
        server.wait("output", lambda text: "/?token=" in text)
        self.address = server.output.split("Open ")[1].split()[0]
        self.origin = self.address.split("/?")[0]
        options = Options()
        options.binary_location = str(CHROMIUM)
        arguments = ["--headless=new", "--disable-gpu", "--no-first-run", f"--window-size={size[0]},{size[1]}"]
        # Chromium's sandbox wants a user of its own, and much of its memory isn't there in a container.
        arguments += ["--no-sandbox", "--disable-dev-shm-usage", f"--user-data-dir={rig.folder}/browser-{id(self)}"]
        arguments += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
        if dark:
            arguments.append("--force-dark-mode")
        for argument in arguments:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
        self.driver.set_script_timeout(60)

    def open(self, rest: str = "") -> None:
        self.driver.get(self.address + rest)
        wait_until(lambda: self.text("#state").startswith("live"))

    def close(self) -> None:
        self.driver.quit()

    def js(self, script: str, *arguments: object) -> object:
        return self.driver.execute_script(script, *arguments)

    def text(self, selector: str) -> str:
        """What stands in the first such element; nothing where there is none."""
        return str(self.js("return document.querySelector(arguments[0])?.innerText ?? ''", selector))

    def texts(self, selector: str) -> list[str]:
        found = self.js("return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText)", selector)
        assert isinstance(found, list)
        return found

    def keys(self, text: str) -> None:
        self.driver.switch_to.active_element.send_keys(text)

    def click(self, selector: str) -> None:
        self.js("document.querySelector(arguments[0]).click()", selector)

    def fill(self, selector: str, text: str) -> None:
        self.js(
            "const one = document.querySelector(arguments[0]);"
            "one.value = arguments[1]; one.dispatchEvent(new Event('input'))",
            selector,
            text,
        )

    def choose(self, session: str) -> None:
        self.js("document.querySelector('session-list').choose(arguments[0])", session)
        wait_until(lambda: session in self.text("#chat-title"))

    def entries(self, session: str) -> list[Record]:
        """The entries that the tab has of a session, as they came."""
        found = self.js(
            "return [...(window.streamllm.store.sessions.get(arguments[0])?.entries.values() ?? [])]"
            ".map((one) => ({id: one.id, number: one.number, status: one.response.status, text: one.response.text}))",
            session,
        )
        assert isinstance(found, list)
        return sorted(found, key=lambda entry: entry["number"])

    def wait(self, done: Callable[[], object]) -> None:
        wait_until(done)

    @property
    def requests(self) -> list[str]:
        """Addresses that the browser has asked for since this was read last."""
        found = []
        for line in self.driver.get_log("performance"):
            message = json.loads(line["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(message["params"]["request"]["url"])
        return found

    def save(self, path: Path) -> None:
        self.driver.save_screenshot(str(path))


ESCAPE, ENTER = Keys.ESCAPE, Keys.ENTER
