"""llama.cpp's server, as a process of its own: loads a model, prints the address, and serves until it is killed.

Runs in the virtual environment that has it, and knows nothing of ours. Its settings come on standard input, as JSON; it
exits with 65 if the model can't be loaded.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys

import xllamacpp

PR_SET_PDEATHSIG = 1

settings = json.load(sys.stdin)
# It is killed by its parent, who gets the same signals; and goes with it, however that one ends.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
if os.getppid() != settings["parent"]:
    sys.exit(0)

params = xllamacpp.CommonParams()
params.model.path = settings["model"]
params.model_alias = {settings["alias"]}
params.port = settings["port"]
params.n_ctx = settings["context"] * settings["parallel"]
params.n_parallel = settings["parallel"]
params.cpuparams.n_threads = settings["threads"]
params.api_keys = [settings["api_key"]] if settings["api_key"] else []
params.api_prefix = settings["api_prefix"]
params.verbosity = 3 if settings["verbose"] else 1
# What customers say is no business of a web page that is open on this machine: no page for people, no list of what is
# being answered, nothing for scripts of other pages.
params.ui = False
params.endpoint_slots = False
params.cors_origins = ""
# In MiB; it would keep 8 GiB of earlier prompts.
params.cache_ram_mib = 256

try:
    server = xllamacpp.Server(params)
except RuntimeError:
    sys.exit(65)
print(server.listening_address, flush=True)
while True:
    signal.pause()
