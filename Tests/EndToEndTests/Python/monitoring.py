"""Metrics and health, as a real Prometheus, promtool and curl see them.

Run as: monitoring.py PROGRAMS"""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from running import ROOT, Program, Rig, free_ports, wait_until

PROGRAMS = Path(sys.argv[1]).resolve()
TOOLS = ROOT / ".venv/prometheus/usr/bin"
NAME = re.compile(r"`((?:streamllm|gen_ai|process)_[a-z_]+)`")
SAMPLE = ("--input-file", str(ROOT / "messages.jsonl"))
SLOW = 5
"""How much slower than a quiet machine this one may be."""
RANGE = "5m"
"""What a board's variable stands for."""


def get(address: str, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode()


def documented() -> dict[str, str]:
    """Names and types, as docs/metrics.md has them."""
    found: dict[str, str] = {}
    for line in (ROOT / "docs/metrics.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 5 and cells[2] in ("counter", "gauge", "histogram"):
            found |= dict.fromkeys(NAME.findall(cells[1]), cells[2])
    return found


class Metrics:
    def __init__(self, address: str) -> None:
        status, self.text = get(address, "/metrics")
        if status != 200:
            raise AssertionError(self.text)
        self.types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", self.text, re.MULTILINE))

    def value(self, series: str) -> float | None:
        """The value of a series, labels and all; nothing where it isn't there."""
        found = re.search(rf"^{re.escape(series)} (\S+)$", self.text, re.MULTILINE)
        return float(found[1]) if found else None

    def sum(self, name: str) -> float:
        return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", self.text, re.MULTILINE))


def closed(connection: socket.socket) -> bool:
    """Whether the other side has ended it: then there's something to read, and it's nothing."""
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


class MonitoringTest(unittest.TestCase):
    def setUp(self) -> None:
        self.rig = Rig(PROGRAMS)
        self.addCleanup(self.rig.close)
        names = ("producer", "consumer", "web", "prometheus", "page", "model")
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.at = {name: f"127.0.0.1:{port}" for name, port in self.ports.items()}

    # The programs

    def consumer(self, *options: str, **environment: str) -> Program:
        ends = {
            "--input-endpoint": "in",
            "--output-endpoint": "out",
            "--output-replay-endpoint": "out-replay",
            "--feedback-endpoint": "feedback",
        }
        fixed = ("--state-dir", str(self.rig.folder / "state"), "--console", "none", "--monitor", self.at["consumer"])
        program = self.rig.program("consumer", *fixed, *options, endpoints=ends, **environment)
        program.wait("error", lambda text: "Metrics on" in text and "Publishing entries" in text)
        return program

    def producer(self, *options: str) -> Program:
        program = self.rig.producer("--monitor", self.at["producer"], *options)
        program.wait("error", lambda text: "Metrics on" in text)
        return program

    def web(self) -> Program:
        ends = {"--endpoint": "out", "--input-endpoint": "in", "--feedback-endpoint": "feedback"}
        state = str(self.rig.folder / "page")
        program = self.rig.program(
            "web", "--listen", self.at["page"], "--state-dir", state, "--monitor", self.at["web"], endpoints=ends
        )
        program.wait("output", lambda text: "Open " in text)
        return program

    # Prometheus

    def prometheus(self) -> None:
        """A real one, which looks at all three each second."""
        folder = self.rig.folder / "prometheus"
        folder.mkdir()
        targets = [self.at[name] for name in ("producer", "consumer", "web")]
        (folder / "prometheus.yml").write_text(
            json.dumps(
                {
                    "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                    "rule_files": [str(ROOT / "share/prometheus/alerts.yml")],
                    "scrape_configs": [{"job_name": "streamllm", "static_configs": [{"targets": targets}]}],
                }
            )
        )
        self.rig.run(
            TOOLS / "prometheus",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={self.at['prometheus']}",
        )
        wait_until(self.is_there)

    def is_there(self) -> bool:
        try:
            return get(self.at["prometheus"], "/-/ready")[0] == 200
        except OSError:
            return False

    def query(self, expression: str) -> list[dict]:
        path = "/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        status, text = get(self.at["prometheus"], path)
        self.assertEqual(status, 200, f"{expression}: {text}")
        return json.loads(text)["data"]["result"]

    def up(self, name: str) -> bool:
        return [one["value"][1] for one in self.query(f'up{{instance="{self.at[name]}"}}')] == ["1"]

    @unittest.skipUnless((TOOLS / "prometheus").exists(), "Prometheus can't be had here")
    def test_scraped(self) -> None:
        """Through kills and starts, and with no query of the alerts or the board in error."""
        consumer = self.consumer("--responder", "fallback")
        # Slow enough to be there until the end of the test.
        producer = self.producer(*SAMPLE, "--speed-factor", "1")
        web = self.web()
        self.prometheus()
        wait_until(lambda: all(self.up(name) for name in ("producer", "consumer", "web")))
        for name, program in (("consumer", consumer), ("producer", producer), ("web", web)):
            program.stop(9)
            wait_until(lambda name=name: not self.up(name))
        self.consumer("--responder", "fallback")
        # It is to be there until it has been looked at.
        self.producer(*SAMPLE, "--follow")
        self.web()
        wait_until(lambda: all(self.up(name) for name in ("producer", "consumer", "web")))
        wait_until(lambda: self.query("streamllm_messages_received_total == 28"))
        for name in ("consumer", "producer", "web"):
            address = self.at[name]
            self.assertTrue(self.query(f'changes(process_start_time_seconds{{instance="{address}"}}[10m]) == 1'), name)
        board = json.loads((ROOT / "share/grafana/streamllm.json").read_text())
        names = documented()
        for target in [target for panel in board["panels"] for target in panel["targets"]]:
            expression = target["expr"].replace("$__rate_interval", RANGE).replace("$instance", ".*")
            self.query(expression)
            for metric in re.findall(r"(?:streamllm|gen_ai|process)_[a-z_]+", expression):
                self.assertIn(re.sub("_(bucket|count|sum)$", "", metric), names)
        status, text = get(self.at["prometheus"], "/api/v1/rules")
        rules = [rule for group in json.loads(text)["data"]["groups"] for rule in group["rules"]]
        self.assertEqual((status, {rule["health"] for rule in rules} - {"unknown"}), (200, {"ok"}))
        told = set(re.findall(r"^\| `(Streamllm\w+)` \|", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE))
        self.assertEqual({rule["name"] for rule in rules}, told)

    @unittest.skipUnless((TOOLS / "promtool").exists(), "promtool can't be had here")
    def test_promtool(self) -> None:
        """promtool has nothing to say of the metrics, and nothing against the rules."""
        self.consumer("--responder", "fallback")
        self.producer(*SAMPLE, "--follow")
        self.web()
        wait_until(lambda: Metrics(self.at["consumer"]).value("streamllm_messages_received_total") == 28)
        for name in ("producer", "consumer", "web"):
            text = Metrics(self.at[name]).text
            done = subprocess.run(
                [TOOLS / "promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False
            )
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""), name)
        rules = ROOT / "share/prometheus/alerts.yml"
        subprocess.run([TOOLS / "promtool", "check", "rules", rules], capture_output=True, check=True)
        config = ROOT / "share/prometheus/prometheus.yml"
        subprocess.run([TOOLS / "promtool", "check", "config", config], capture_output=True, check=True)

    # What is said

    def test_documented(self) -> None:
        """Each metric is in the documentation with its type, and nothing else is."""
        self.consumer("--responder", "ollama", OLLAMA_BASE_URL=f"http://{self.at['model']}")
        self.producer(*SAMPLE, "--follow")
        self.web()
        wait_until(lambda: Metrics(self.at["consumer"]).sum("streamllm_entries_total") > 0)
        names = documented()
        found: dict[str, str] = {}
        for name in ("producer", "consumer", "web"):
            found |= Metrics(self.at[name]).types
        # Nobody has answered, and nobody wants traces.
        without = {
            name: kind
            for name, kind in names.items()
            if name
            not in (
                "streamllm_model_tokens_total",
                "gen_ai_client_token_usage",
                "streamllm_answer_first_token_seconds",
                "streamllm_follower_lag_records",
                "streamllm_trace_spans_total",
            )
        }
        self.assertEqual({name: kind for name, kind in found.items() if name in without}, without)
        self.assertEqual({name for name in found if name not in names}, set())

    def test_counts(self) -> None:
        """Each number of the summary line is what its metric says."""
        chat = self.rig.folder / "chat.jsonl"
        lines = (ROOT / "messages.jsonl").read_text().splitlines()
        chat.write_text("\n".join([*lines[:20], "not a message", *lines[20:], lines[0]]) + "\n")
        consumer = self.consumer("--responder", "fallback")
        producer = self.producer("--input-file", str(chat))
        producer_metrics = Metrics(self.at["producer"])
        wait_until(lambda: Metrics(self.at["consumer"]).value("streamllm_messages_received_total") == 30)
        wait_until(lambda: Metrics(self.at["consumer"]).value("streamllm_windows_open") == 0)
        metrics = Metrics(self.at["consumer"])
        consumer.stop()
        summary = re.search(r"Done: (received .*)", consumer.error)[1]
        said = {}
        for word, number in re.findall(r"([a-z][a-z ]*?) (\d+)", summary):
            said[word.removeprefix("and ").strip()] = float(number)
        total = "streamllm_messages_{}_total"
        for word in ("received", "accepted", "rejected", "duplicates", "late", "lost"):
            self.assertEqual(metrics.value(total.format(word)), said[word], word)
        self.assertEqual(metrics.value(total.format("in_windows")), said["in windows"])
        self.assertEqual(metrics.value("streamllm_windows_closed_total"), said["windows"])
        self.assertEqual(metrics.sum("streamllm_entries_total"), said["entries"])
        for word in ("generated", "fallback", "none"):
            self.assertEqual(metrics.value(f'streamllm_entries_total{{status="{word}"}}'), said[word], word)
        self.assertEqual((said["received"], said["rejected"], said["late"]), (30, 1, 1))
        producer.exit()
        done = re.search(r"published (\d+) lines \((\d+) messages, (\d+) not", producer.error)
        self.assertEqual((done[1], done[3]), ("30", "1"))
        self.assertGreaterEqual(float(done[1]), producer_metrics.value("streamllm_lines_published_total") or 0)

    def test_health(self) -> None:
        """Without a model it works all the same; who asks for something else is told."""
        consumer = self.consumer("--responder", "ollama", OLLAMA_BASE_URL=f"http://{self.at['model']}")
        self.producer(*SAMPLE)
        wait_until(lambda: '"degraded"' in get(self.at["consumer"], "/readyz")[1])
        status, text = get(self.at["consumer"], "/readyz")
        self.assertEqual(status, 200)
        self.assertEqual(json.loads(text)["reasons"], [f"the model server http://{self.at['model']} doesn't answer"])
        self.assertEqual(get(self.at["consumer"], "/livez"), (200, '{"reasons":[],"status":"alive"}\n'))
        for path in ("/nothing", "/metrics/x"):
            self.assertEqual(get(self.at["consumer"], path)[0], 404)
        done = subprocess.run(
            [
                "curl",
                "-s",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "-X",
                "POST",
                f"http://{self.at['consumer']}/metrics",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertIn(done.stdout, ("405", ""))
        # Who says half a request, or nothing, keeps nobody; there are no more than so many.
        held = [socket.create_connection(("127.0.0.1", self.ports["consumer"])) for _ in range(20)]
        for one in held[:10]:
            one.sendall(b"GET /metrics HTTP/1.1\r\nHost")
        self.assertEqual(get(self.at["consumer"], "/livez")[0], 200)
        for one in held:
            one.close()
        self.assertEqual(consumer.stop(), 0)

    def test_crowd(self) -> None:
        """More connections than there may be, some that ask and don't read, and the end while they are there."""
        for name in ("producer", "consumer", "web"):
            program = {
                "producer": lambda: self.producer(*SAMPLE, "--follow"),
                "consumer": self.consumer,
                "web": self.web,
            }[name]()
            place = ("127.0.0.1", self.ports[name])
            silent = [socket.create_connection(place) for _ in range(200)]
            # Those beyond the limit are closed; which these are, threads of the program decide among them.
            wait_until(lambda silent=silent: sum(closed(one) for one in silent) == 200 - 32)
            for one in silent:
                one.close()
            wait_until(lambda name=name: self.answers(name))
            greedy = [socket.create_connection(place) for _ in range(8)]
            for one in greedy:
                one.settimeout(1)
                with contextlib.suppress(TimeoutError):
                    for _ in range(200):
                        one.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1000)
            self.assertEqual(get(self.at[name], "/livez")[0], 200)
            self.assertLess(Metrics(self.at[name]).value("process_resident_memory_bytes") or 0, 300e6)
            began = time.monotonic()
            self.assertEqual(program.stop(), 0, program.error)
            self.assertLess(time.monotonic() - began, 2 * SLOW)
            self.assertNotIn(" ERROR ", program.error)
            for one in greedy:
                one.close()

    def answers(self, name: str) -> bool:
        try:
            return get(self.at[name], "/livez")[0] == 200
        except OSError:
            return False

    def test_refused(self) -> None:
        """An address that somebody else has, or that is none, and one that others can get to."""
        with socket.create_server(("127.0.0.1", self.ports["consumer"])):
            program = self.rig.producer(*SAMPLE, "--monitor", self.at["consumer"])
            self.assertEqual(program.exit(), 69)
            self.assertIn(f"Address in use: {self.at['consumer']}", program.error)
        program = self.rig.producer(*SAMPLE, "--monitor", "nowhere")
        self.assertEqual(program.exit(), 64)
        program = self.rig.producer(*SAMPLE, "--monitor", f"0.0.0.0:{self.ports['producer']}", "--follow")
        program.wait("error", lambda text: f"Others can get to 0.0.0.0:{self.ports['producer']}" in text)

    def test_unix(self) -> None:
        """A socket in the file system, which is made anew where a program that was killed has left it."""
        path = self.rig.folder / "monitor"
        for _ in range(2):
            program = self.rig.producer(*SAMPLE, "--monitor", f"unix:{path}", "--follow")
            program.wait("error", lambda text: "Metrics on" in text)
            done = subprocess.run(
                ["curl", "-sS", "--unix-socket", path, "http://localhost/livez"],
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertIn('"alive"', done.stdout, done.stderr)
            program.stop(9)

    def test_rotated(self) -> None:
        """SIGUSR1: the log goes on in a new file, and the one that was moved away is whole."""
        log = self.rig.folder / "consumer.log"
        ends = {"--input-endpoint": "in", "--output-endpoint": "out", "--output-replay-endpoint": "out-replay"}
        program = self.rig.program(
            "consumer",
            "--log-file",
            str(log),
            "--log-format",
            "json",
            "--ephemeral",
            "--responder",
            "fallback",
            "--feedback-endpoint",
            "none",
            endpoints=ends,
        )
        wait_until(lambda: log.exists() and "Publishing entries" in log.read_text())
        log.rename(log.with_suffix(".1"))
        program.process.send_signal(signal.SIGUSR1)
        wait_until(log.exists)
        self.assertEqual(program.stop(), 0)
        lines = [json.loads(line) for file in (log.with_suffix(".1"), log) for line in file.read_text().splitlines()]
        self.assertEqual(lines[-1]["level"], "info")
        self.assertIn("Done: ", lines[-1]["message"])
        self.assertEqual({line["program"] for line in lines}, {"consumer"})


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
