# What one does with this repository, one verb each. `make` alone lists them.

SWIFT ?= swift
# Everything that is tested or measured from outside runs this program.
GODWIT := .build/release/godwit
# For how long `make fuzz` fuzzes each target.
FUZZ_SECONDS ?= 60
# What is Swift in the package of benchmarks, apart from what was built there.
BENCHMARKS := $(addprefix Benchmarks/,Package.swift CostBounds PipelineStages Sources)
# How many rounds `make faults` goes through; `make e2e` takes a few.
FAULT_ROUNDS ?= 200

.DEFAULT_GOAL := help
.PHONY: help setup build demo test e2e rig faults gates bench bench-stages bench-outage bench-backlog bench-sync conformance findings fuzz man tidy format clean

help: ## list the verbs
	@grep -E '^[a-z0-9-]+:.*## ' Makefile | sed -E 's/^([a-z0-9-]+):.*## /  make \1|/' | column -t -s '|' 2>/dev/null \
	  || grep -E '^[a-z0-9-]+:.*## ' Makefile

setup: ## install the system libraries that the build needs and that are missing
	@scripts/setup build

build: setup ## build the program: .build/release/godwit
	$(SWIFT) build -c release --product godwit

demo: ## build, then show all of it on this machine; DEMO="--rw1 --for 20s" passes flags
	@scripts/setup build demo
	$(SWIFT) build -c release --product godwit
	@$(GODWIT) demo $(DEMO)

test: setup ## the unit tests and the house rules
	@scripts/run-tests --parallel --skip EndToEndTests

e2e: ## the program with Prometheus, VictoriaMetrics, vmagent, Python clients, a node exporter; installs them
	@scripts/setup build demo e2e
	$(SWIFT) build -c release --product godwit
	@scripts/run-tests --no-parallel --filter EndToEndTests

rig: build ## two minutes of 100 targets with 1,000 series each, and the figures of the agent
	@scripts/run-tests --no-parallel --filter EndToEnd/Rig/rig

faults: build ## 200 rounds of kills, full disks and bad endpoints, nothing lost; FAULT_ROUNDS, FAULT_SEED
	@FAULT_ROUNDS=$(FAULT_ROUNDS) scripts/run-tests --no-parallel --filter EndToEnd/Faults/rounds

gates: ## what a sample costs in instructions and allocations, held to Benchmarks/bounds.md; UPDATE=1 rewrites that
	@scripts/setup build gates
	$(SWIFT) build -c release --package-path Benchmarks
	@Benchmarks/.build/release/gates Benchmarks/bounds.md $(if $(UPDATE),--update)

bench-stages: setup ## what a sample takes at each stage, from 1,000 to 1,000,000 series; STAGES="parser --markdown"
	$(SWIFT) build -c release --package-path Benchmarks --product stages
	@Benchmarks/.build/release/stages --series 1000,10000,100000,1000000 $(STAGES)

bench: ## the agent beside Prometheus and vmagent; writes docs/performance.md; 70 minutes, BENCH=quick a quarter of that
	@scripts/setup build e2e
	$(SWIFT) build -c release --product godwit
	@BENCH=$(BENCH) scripts/bench $(BENCH_FLAGS)

bench-outage: ## ten minutes: an outage with a restart in it, Godwit beside Prometheus and vmagent
	@scripts/setup build demo e2e
	$(SWIFT) build -c release --product godwit
	@GODWIT_BENCH=outage scripts/run-tests --no-parallel --filter EndToEnd/Outage/

bench-backlog: build ## 20 minutes and 12 GB of disk: memory, start and neighbours with a backlog
	$(SWIFT) build -c release --product BacklogFiller
	@GODWIT_BENCH=backlog scripts/run-tests --no-parallel --filter EndToEnd/Backlog/

bench-sync: setup ## what each sync policy of the log costs, and what a power cut costs under it
	@GODWIT_FIGURES=1 scripts/run-tests --filter FiguresTests

findings: setup ## docs/findings.md, from the comments of the rules
	@WRITE_FINDINGS=1 scripts/run-tests --filter FindingsPage

conformance: setup ## the checklists of the specification as tests; writes docs/conformance.md
	@$(SWIFT) build --product ConformanceTable
	@scripts/run-tests --filter 'Checklist|ReservedHeaderTests|EndpointHeadersTests' --event-stream-output-path .build/conformance.jsonl --event-stream-version 0
	@.build/debug/ConformanceTable .build/conformance.jsonl docs/conformance.md

fuzz: setup ## every parser of bytes from outside under libFuzzer, FUZZ_SECONDS each
	@scripts/fuzz $(FUZZ_SECONDS) $(FUZZ_TARGETS)

man: build ## manual pages in .build/share/man/man1, completions for bash, zsh and fish beside them
	@$(GODWIT) man --into .build/share/man/man1
	@mkdir -p .build/share/bash-completion/completions .build/share/zsh/site-functions .build/share/fish/vendor_completions.d
	@$(GODWIT) completions bash > .build/share/bash-completion/completions/godwit
	@$(GODWIT) completions zsh > .build/share/zsh/site-functions/_godwit
	@$(GODWIT) completions fish > .build/share/fish/vendor_completions.d/godwit.fish
	@echo "copy .build/share to /usr/local/share"

tidy: setup ## the house rules alone
	@scripts/run-tests --filter TidyTests

format: ## format every Swift file in place
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests $(BENCHMARKS)

clean: ## remove what was built
	$(SWIFT) package clean
	$(SWIFT) package --package-path Benchmarks clean
