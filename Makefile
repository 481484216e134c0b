# What one can do here. `make help` lists it.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

DATA ?= var/demo
LISTEN ?= 127.0.0.1:8027
ATLAS := target/release/atlas

.PHONY: help run demo build web test test-rust test-web test-browser check lint doc bench bench-tiles bench-ratings soak check-days check-qgis screenshots deny clean

help:            ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | sort | expand -t 16

run: demo        ## build, make the demo region once, serve it and print the address
	$(ATLAS) serve --data $(DATA) --listen $(LISTEN)

demo: build      ## build and make the demo region in var/demo, if it is not there
	@test -d $(DATA)/journal || $(ATLAS) demo --data $(DATA)

build: web       ## the page and the release binary
	cargo build --release --locked

web:             ## the page alone, into web/dist
	@command -v npm > /dev/null || { echo "Node.js 20 and npm are needed for the page: https://nodejs.org" >&2; exit 2; }
	@cd web && { test node_modules -nt package-lock.json || npm install --no-save --no-audit --no-fund; } && npm run build

test: lint test-rust test-web test-browser  ## everything that CI runs

test-rust: web   ## unit, property, architecture, API, golden and crash tests
	cargo test --locked

test-web: web    ## types, lints and unit tests of the page
	cd web && npm run check && npm test

test-browser: web  ## the page in a real browser against the real server
	cargo test --locked --no-run --test api # the binary as the other tests have it: no second build
	cd tests/browser && { test node_modules -nt package-lock.json || npm install --no-save --no-audit --no-fund; } && npm run check && ATLAS_BIN=$(CURDIR)/target/debug/atlas npm test

lint:            ## formatting, clippy, rustdoc, the region pack
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps
	python3 data/scripts/check_pack.py data/khabarovsk

doc:             ## the documentation of the code
	cargo doc --no-deps --open

bench:           ## the figures of the README, with their peers
	cargo bench --locked --bench atlas

bench-tiles:     ## tiles, clusters and heat beside their peers, into docs/benchmarks.md
	-cd benches/peers && npm install --no-audit --no-fund --no-save --no-package-lock
	-cd benches/peers && { test -d .venv || python3 -m venv .venv; } && .venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
	-test -x benches/peers/.martin/bin/martin || cargo install martin --version 1.14.0 --no-default-features --features geojson,metrics,mlt --locked --root benches/peers/.martin
	cargo bench --locked --bench atlas -- peers

bench-ratings:   ## ratings and hot spots beside their peers, into docs/ratings-benchmarks.md
	-cd benches/peers && { test -d .venv-ratings || python3 -m venv .venv-ratings; } && .venv-ratings/bin/pip install --quiet --disable-pip-version-check -r requirements-ratings.txt
	cargo bench --locked --bench atlas -- ratings-peers

screenshots: demo  ## pictures of every page, light and dark, on a desk and in a hand
	cd tests/browser && { test node_modules -nt package-lock.json || npm install --no-save --no-audit --no-fund; } && ATLAS_BIN=$(CURDIR)/$(ATLAS) ATLAS_DATA=$(CURDIR)/$(DATA) npm run screenshots

soak: web       ## half an hour of one open page: neither it nor the server grows (MINUTES=5 for a short one)
	cargo test --locked --no-run --test api
	cd tests/browser && { test node_modules -nt package-lock.json || npm install --no-save --no-audit --no-fund; } && ATLAS_BIN=$(CURDIR)/target/debug/atlas npm run soak

check-days: web  ## the Rust tests with the clock 1, 40 and 400 days ahead: none depends on the day (Debian: faketime)
	@command -v faketime > /dev/null || { echo "faketime is needed: apt-get install faketime" >&2; exit 2; }
	for days in 1 40 400; do \
		DONT_FAKE_MONOTONIC=1 cargo test --locked --tests --config "target.'cfg(unix)'.runner='faketime -f +$${days}d'"; \
	done

check-qgis: demo  ## a planner's ZIP opened and drawn by QGIS itself (Debian: python3-qgis)
	@QT_QPA_PLATFORM=offscreen /usr/bin/python3 -c "import qgis.core" 2> /dev/null || { echo "QGIS is needed: apt-get install python3-qgis" >&2; exit 2; }
	rm -rf var/qgis && mkdir -p var/qgis
	@$(ATLAS) serve --data $(DATA) --listen 127.0.0.1:0 > var/qgis/address & atlas=$$!; trap 'kill $$atlas' EXIT; \
	until grep -q http var/qgis/address; do kill -0 $$atlas; sleep 0.2; done; \
	curl -fsS -o var/qgis/problems.zip "$$(sed 's/.* //' var/qgis/address)/download/problems.zip" && \
	unzip -q var/qgis/problems.zip -d var/qgis && QT_QPA_PLATFORM=offscreen /usr/bin/python3 benches/peers/draw_in_qgis.py var/qgis

deny:            ## licences, advisories and bans of the dependencies
	cargo deny check

clean:           ## everything that was built and the demo
	rm -rf target var web/dist web/node_modules tests/browser/node_modules
