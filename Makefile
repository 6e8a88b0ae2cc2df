# Vigie. `make` alone lists what there is. Only Go and git are needed; the tools of `make check` are built into .cache.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

GO ?= go
ADDR ?= 127.0.0.1:8080
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
GENERATED := docs/docs.go docs/swagger.json docs/swagger.yaml docs/demo-map.svg docs/rules.md
SCRIPTS := .ci/run $(shell grep -lE '^\#!' scripts/* 2>/dev/null)

.PHONY: help
help: ## List the targets
	@echo "Vigie $(VERSION): a town's cameras become a coverage assessment"
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

.PHONY: build
build: ## Build bin/vigie, static
	@echo "building bin/vigie $(VERSION)"
	@CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/vigie .

.PHONY: run
run: build ## Make the demo town, assess it, write out/ and serve on ADDR (127.0.0.1:8080)
	@echo "making the demo town, its assessment and its map in out/; then serving it (Ctrl-C ends)"
	@bin/vigie demo --out out --store "sqlite:$(CURDIR)/out/demo.db" --addr "$(ADDR)" --serve --access open

.PHONY: test
test: ## Run every test; packages without change come from Go's cache
	@echo "go test ./... (skipped tests are listed at the end)"
	@[ -n "$${VIGIE_TEST_MONGODB:-}" ] || echo "VIGIE_TEST_MONGODB names no server: NOTHING IS TESTED ON MONGODB (scripts/mongo up)"
	@scripts/gotest

.PHONY: check
check: static race ## Everything CI asks besides the tests
	@echo
	@echo "all checks passed"

.PHONY: static
static: fmt-check vet lint vulncheck licences shell verify api geojson tiles mip ## The checks that run no test

.PHONY: fmt
fmt: ## Format the Go files
	@gofmt -w $$(git ls-files --cached --others --exclude-standard '*.go')

.PHONY: fmt-check
fmt-check:
	@echo "== gofmt"
	@unformatted=$$(gofmt -l $$(git ls-files --cached --others --exclude-standard '*.go')); \
	if [ -n "$$unformatted" ]; then echo "make fmt would change:"; echo "$$unformatted"; exit 1; fi

.PHONY: vet
vet:
	@echo "== go vet"
	@$(GO) vet ./...

.PHONY: lint
lint: ## Run golangci-lint, every linter decided in .ci/golangci.yml
	@echo "== golangci-lint"
	@scripts/tools golangci-lint
	@scripts/linters
	@.cache/bin/golangci-lint run --config .ci/golangci.yml ./...

.PHONY: vulncheck
vulncheck:
	@echo "== govulncheck"
	@scripts/tools govulncheck
	@scripts/vulncheck

.PHONY: licences
licences:
	@echo "== licences of the dependencies"
	@$(GO) run ./scripts/licences

.PHONY: shell
shell:
	@echo "== shell scripts"
	@for script in $(SCRIPTS); do bash -n "$$script"; done
	@if command -v shellcheck >/dev/null; then shellcheck $(SCRIPTS); else echo "SKIPPED: no shellcheck here; syntax only"; fi

.PHONY: geojson
geojson: ## Have the GeoJSON that Vigie writes judged by a validator from npm
	@echo "== GeoJSON"
	@scripts/geojson

.PHONY: tiles
tiles: ## Have the vector tiles of the demo town read by a decoder from npm
	@echo "== vector tiles"
	@scripts/tiles

.PHONY: mip
mip: ## Have plans of placement judged by an exact solver from npm
	@echo "== exact solver"
	@scripts/mip

.PHONY: vigie
vigie:
	@scripts/tools vigie

verify api geojson tiles: vigie # made once, when they run beside each other

.PHONY: api
api: ## Have the API description judged by Spectral, Redocly and oasdiff
	@echo "== API description"
	@scripts/lint-api

.PHONY: race
race: ## Test the packages that start goroutines with the race detector
	@echo "== race detector"
	@scripts/race

.PHONY: verify
verify: ## Fail when generated files or go.mod are not up to date
	@echo "== generated files"
	@scripts/docs
	@git diff --exit-code -- $(GENERATED) || { echo "make docs changes generated files: commit them"; exit 1; }
	@! git status --porcelain -- $(GENERATED) | grep '^??' || { echo "make docs writes files that git does not know: commit them"; exit 1; }
	@$(GO) mod tidy -diff || { echo "go mod tidy would change go.mod or go.sum"; exit 1; }

.PHONY: docs
docs: ## Write the generated documentation again
	@echo "writing $(GENERATED)"
	@scripts/docs

.PHONY: bench
bench: ## Run the benchmarks (PACKAGES=./geo narrows them)
	@$(GO) test -run '^$$' -bench . -benchmem $(or $(PACKAGES),./...)

.PHONY: clean
clean: ## Remove what was built and written: bin, out, .cache
	@rm -rf bin out .cache
