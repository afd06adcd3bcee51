# Everything a newcomer needs. `make demo` and `make test` set up what is missing by themselves.

PREFIX ?= $(HOME)/.local
CONFIG ?= $(HOME)/.config
ROUNDS ?= 10
SECONDS ?= 60
SANITIZERS ?= fuzzer,address
SWIFT := Package.swift Sources Tests $(addprefix Benchmarks/Micro/,Package.swift Support Benchmarks/Parts \
  Benchmarks/Journal/Journal.swift)
# All that begin with the name of a shell, wherever they lie.
SHELLS = $(shell git grep -lE '^\#!.*[/ ](ba|da)?sh\b')
BENCH := $(if $(GOALS),--goals $(GOALS)) $(if $(RUNS),--runs $(RUNS))
LIBRARIES := Chat Streaming Records Answering Feed
PROMPTS := reply.txt summary.txt next-step.txt
SCHEMAS := producer consumer subscribe web
BINARIES := streamllm-producer streamllm-consumer streamllm-subscribe streamllm-web streamllm-keys

.PHONY: demo test chaos fuzz sanitize gate build docs bench bench-peers install uninstall lint format clean setup browser venv \
  model play prometheus deb flink flink-test built-tests strangers

play: setup ## Play both sides of a chat on a page, with suggestions: make play MODEL=FILE.gguf
	scripts/demo --build --page $(if $(MODEL),--model "$(MODEL)") .build/debug

demo: setup ## Run the main job on messages.jsonl, with a small real model if no other is there: make demo MODEL=FILE.gguf
	scripts/demo --build $(if $(MODEL),--model "$(MODEL)") .build/debug

test: setup ## Run all tests, and check that programs and docs agree on options
	$(MAKE) --jobs=2 built-tests strangers
	scripts/check-options .build/debug
	scripts/test .build/debug

built-tests:
	swift build --build-tests

# What others made and tests use. One after the other: two of them need apt, two change .venv.
strangers:
	MAKEFLAGS= $(MAKE) browser venv model prometheus

chaos: setup ## Run the programs, and a Flink cluster, under random faults; check that nothing is lost: make chaos ROUNDS=100
	swift build
	.build/debug/Chaos --rounds $(ROUNDS) $(if $(SEED),--seed $(SEED)) --long
	$(MAKE) flink-test FLINK_TESTS=test_failures $(if $(SEED),FLINK_SEEDS=$(SEED))

fuzz: setup ## Give readers of foreign bytes all there could be, each so long: make fuzz SECONDS=60 TARGETS="line entry"
	STREAMLLM_FUZZ=$(SANITIZERS) swift build -c release --scratch-path .build-fuzz --product Fuzz
	scripts/fuzz .build-fuzz/release/Fuzz $(SECONDS) "$(TARGETS)" $(if $(SEED),-seed=$(SEED)) $(if $(RUNS),-runs=$(RUNS))

sanitize: browser venv prometheus ## Run tests in builds that watch memory, and what threads share
	scripts/sanitize address
	scripts/sanitize thread

gate: ## All that CI has no time for, before a release; some hours
	$(MAKE) lint
	scripts/check-clone
	$(MAKE) build
	$(MAKE) sanitize
	$(MAKE) fuzz SECONDS=600
	$(MAKE) chaos ROUNDS=100
	FLINK_RANDOM_STREAMS=1000 FLINK_SEEDS=1,2,3 FLINK_SECONDS=90 $(MAKE) flink-test FLINK_TESTS=
	cd Benchmarks/Micro && swift build -c release
	cd examples/windows && swift run Windows ../../messages.jsonl
	package=$$(scripts/deb | tail -n 1) && scripts/try-deb "$$package" && scripts/try-units "$$package"

docs: setup ## Make a site of the libraries' interfaces, in .build-docs/site
	STREAMLLM_DOCS=1 swift package --scratch-path .build-docs --allow-writing-to-directory .build-docs/site \
	  generate-documentation $(addprefix --target ,$(LIBRARIES)) --enable-experimental-combined-documentation \
	  --transform-for-static-hosting --disable-indexing --output-path .build-docs/site
	@echo "Next: python3 -m http.server --directory .build-docs/site, and open http://localhost:8000/documentation"

# With Swift's libraries in them they start faster, and run where no Swift is.
build: setup ## Build the programs for use, into .build/release
	swift build -c release --static-swift-stdlib

bench: build ## Measure speed, delay and memory, and write docs/benchmarks.md: make bench GOALS=1,2,5 RUNS=3
	python3 Benchmarks/bench/bench.py $(BENCH)

bench-peers: build ## The same, with peers from PyPI on the same input in the same run
	python3 Benchmarks/bench/bench.py --peers $(BENCH)

flink: setup ## Cut the sample's windows on a real Flink cluster on this machine, and show the entries
	Flink/setup
	Flink/build
	for program in consumer producer subscribe; do swift build --product streamllm-$$program || exit 1; done
	Flink/demo

FLINK_TESTS ?= test_windows test_failures

flink-test: setup ## Compare a real Flink cluster with the consumer, and kill what runs there; all: make flink-test FLINK_TESTS=
	Flink/setup
	Flink/build
	for program in consumer producer subscribe; do swift build --product streamllm-$$program || exit 1; done
	Flink/tests/run $(FLINK_TESTS)

deb: setup ## Build a Debian package, which needs no Swift where it is installed
	scripts/deb

install: build ## Install programs, systemd user units and their configuration
	install -d "$(PREFIX)/bin" "$(PREFIX)/share/streamllm/prompts" "$(CONFIG)/systemd/user" "$(CONFIG)/streamllm"
	for program in $(BINARIES); do install -m 755 ".build/release/$$program" "$(PREFIX)/bin/" || exit 1; done
	install -d "$(PREFIX)/share/streamllm/model"
	install -m 644 scripts/model/*.py "$(PREFIX)/share/streamllm/model/"
	install -m 644 scripts/requirements-model.txt "$(PREFIX)/share/streamllm/"
	install -m 755 scripts/streamllm-model "$(PREFIX)/share/streamllm/"
	ln -sf ../share/streamllm/streamllm-model "$(PREFIX)/bin/"
	install -m 644 $(addprefix share/prompts/,$(PROMPTS)) "$(PREFIX)/share/streamllm/prompts/"
	install -m 644 messages.jsonl "$(PREFIX)/share/streamllm/"
	for program in $(SCHEMAS); do \
	  ".build/release/streamllm-$$program" --settings-schema > "$(PREFIX)/share/streamllm/$$program.schema.json" || exit 1; \
	done
	for unit in producer consumer web; do \
	  sed 's|@PREFIX@|$(PREFIX)|g; s|@CONFIG@|$(CONFIG)|g' "systemd/streamllm-$$unit.service" \
	    > "$(CONFIG)/systemd/user/streamllm-$$unit.service" || exit 1; \
	  test -e "$(CONFIG)/streamllm/$$unit.env" || \
	    (umask 077; sed 's|@PREFIX@|$(PREFIX)|g' "systemd/$$unit.env" > "$(CONFIG)/streamllm/$$unit.env") || exit 1; \
	done
	@echo "Installed. Next: systemctl --user daemon-reload && systemctl --user start streamllm-consumer streamllm-producer streamllm-web"
	@echo "The page is at what $(PREFIX)/bin/streamllm-web --address prints."

uninstall: ## Remove what install has put there; configuration and state are kept
	for program in $(BINARIES) streamllm-model; do rm -f "$(PREFIX)/bin/$$program"; done
	rm -f "$(CONFIG)/systemd/user/streamllm-producer.service" "$(CONFIG)/systemd/user/streamllm-consumer.service" \
	  "$(CONFIG)/systemd/user/streamllm-web.service"
	for part in model streamllm-model requirements-model.txt; do rm -rf "$(PREFIX)/share/streamllm/$$part"; done
	rm -f "$(PREFIX)/share/streamllm/messages.jsonl"
	for program in $(SCHEMAS); do rm -f "$(PREFIX)/share/streamllm/$$program.schema.json"; done
	for prompt in $(PROMPTS); do rm -f "$(PREFIX)/share/streamllm/prompts/$$prompt"; done
	-rmdir "$(PREFIX)/share/streamllm/prompts" "$(PREFIX)/share/streamllm" 2> /dev/null
	@echo "Removed. Kept: $(CONFIG)/streamllm, and what streamllm-model has fetched (~/.local/share/streamllm/model-venv)"

lint: setup .venv/lint ## Check Swift, Python and shell files, how modules depend on each other, and links in the docs
	swift format lint --strict --recursive --parallel $(SWIFT)
	.venv/bin/ruff check --quiet
	.venv/bin/ruff format --check --quiet
	.venv/bin/shellcheck $(SHELLS)
	scripts/draw-modules --check
	scripts/check-links

format: setup .venv/lint ## Format all Swift and Python files
	swift format --in-place --recursive --parallel $(SWIFT)
	.venv/bin/ruff check --quiet --select I --fix
	.venv/bin/ruff format --quiet

clean: ## Remove what was built
	rm -rf .build .build-* .venv Benchmarks/.venv Benchmarks/Micro/.build

setup:
	@scripts/setup

browser:
	@scripts/setup --browser

prometheus:
	@scripts/prometheus

venv: .venv/ready

# 127 MB, once; the tests that want it are skipped without.
model:
	@scripts/streamllm-model --install || echo "Tests with a real model will be skipped."

.venv/ready: scripts/requirements.txt
.venv/lint: scripts/requirements-lint.txt
.venv/ready .venv/lint:
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

# Only for the newer axe in it: what it drives browsers with isn't needed.
.venv/ready: .venv/axe
.venv/axe:
	test -d .venv || python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --no-deps axe-playwright-python==0.1.8
	touch $@
