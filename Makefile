# What a person and CI run. Every target finds its own JDK; nothing needs to be set.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Asked for only by the recipes that need it, so that "make help" works on a machine without a JDK.
JDK = $(or $(shell build/find-jdk),$(error no JDK, see above))
# Three modules at a time, even on two cores: tests with real parts wait for processes as much as they compute.
MVN = JAVA_HOME=$(JDK) mvn --batch-mode --no-transfer-progress --threads 3
REGION = build/testbed io.kubemdm.testbed.region.RegionCommand

AGENTS ?= 3
BUILT := target/built
SOURCES := $(wildcard $(shell git ls-files --cached --others --exclude-standard -- '*.java' '*pom.xml' '*/src/main/resources/*' 2>/dev/null))

.PHONY: help
help: ## show this
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 10

.PHONY: build
build: $(BUILT) ## compile and package everything, without tests

$(BUILT): $(SOURCES)
	@$(MVN) --quiet package -DskipTests
	@mkdir -p $(@D) && touch $@

.PHONY: check
check: ## formatting, compilation with every lint, unit tests; no part is started
	@$(MVN) spotless:check test -pl '!testbed,!testbed/kafka,!testbed/stories,!testbed/stream,!testbed/cluster'

# What is built stays: a program written anew makes the class archives void that its next start would be quick by.
UNCHANGED = $(shell $(MAKE) --question $(BUILT) && echo -Dquarkus.build.skip=true)

.PHONY: test
test: ## every test, the fast ones first; starts real parts; TOOLS=keep installs no programs
	@build/test-tools $(if $(filter keep,$(TOOLS)),--check) || echo "tests that need these programs are skipped"
	@$(MVN) --fail-at-end package $(UNCHANGED)
	@mkdir -p $(dir $(BUILT)) && touch $(BUILT)

.PHONY: bench
bench: $(BUILT) ## measure; NAME=push-latency|rollout|abort|footprint|enrol|fleet|revoke|wipe|deprovision|remedy|kill|kill-matrix|rebuild|judge|judge-end-to-end|up
	@build/testbed io.kubemdm.testbed.bench.Bench $(or $(NAME),$(error say which: make bench NAME=push-latency))

.PHONY: format
format: ## format the sources
	@$(MVN) --quiet spotless:apply

.PHONY: generate
generate: ## write anew what is generated into chart and docs: CRDs, topics, access, facts, schemas
	@$(MVN) --quiet test -pl crds,protocol,bus,cli -am \
	  -Dtest='ChartCrdsTest,FactCatalogueTest,GeneratedAccessTest,EditorSchemaTest' \
	  -Dsurefire.failIfNoSpecifiedTests=false -Dkubemdm.generate=true

.PHONY: up
up: $(BUILT) ## start a region on this machine; AGENTS=n devices (3), PROFILE=small one gateway for all
	@KUBEMDM_PROFILE=$(PROFILE) $(REGION) up --agents=$(AGENTS)

.PHONY: agents
agents: ## start more devices in a running region; NAMESPACE=default AGENTS=n
	@$(REGION) agents --namespace=$(or $(NAMESPACE),default) --count=$(AGENTS)

.PHONY: fleet
fleet: $(BUILT) ## start simulated devices in one process; NAMESPACE=fleet COUNT=1000 OPTIONS="--offline=10% --fail=… --worse=…"
	@$(REGION) fleet --namespace=$(or $(NAMESPACE),fleet) --count=$(or $(COUNT),1000) $(OPTIONS)

.PHONY: down
down: ## stop the region; CLEAN=1 removes its data
	@if [ -d .region ]; then $(REGION) down $(if $(CLEAN),--clean); else echo "no region here"; fi

.PHONY: status
status: ## show the region's parts and devices
	@$(REGION) status

.PHONY: logs
logs: ## show the parts' last lines; PART=name follows one
	@$(REGION) logs $(PART)

.PHONY: env
env: ## print what to eval: KUBECONFIG, addresses, PATH
	@$(REGION) env
