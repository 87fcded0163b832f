# make demo      runs a real job: every man page on this machine, counted and hashed
# make test      builds everything and runs all tests
# make faults    kills and stops workers and servers for half an hour: TASKS=100000 SEED=
#                BROKER=amqp: on RabbitMQ alone
# make consumer-timeout  runs tasks for longer than RabbitMQ waits for their end: five minutes
# make cluster   stops the nodes of a RabbitMQ cluster, one after the other: five minutes
# make beat-faults  kills and stops three tq-beat for a minute, and counts what they send
# make soak      runs 100,000 tasks through one worker, for each kind of broker: some minutes
# make fuzz      hands each reader what libFuzzer makes up: SECONDS=60 TARGETS=json
# make bench     measures tq beside what it is compared with: WORKLOADS=stampede
#                BEFORE=directory: in turns with the programs of another build, there
# make examples  builds those examples that are packages of their own: image-worker …
# make build     builds the programs, into .build/release
# make install   installs them: PREFIX=/usr/local DESTDIR=
#                STRIP=: with the debug symbols, which are half of them
# make lint      checks the format of the sources; make format mends it
# make clean     removes .build
#
#
# What is missing on the machine is installed first (packaging/debian-packages). Where it is there
# in another way than as Debian packages: make SETUP=true …

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
SETUP ?= packaging/setup
INSTALL ?= install
STRIP ?= --strip
TASKS ?= 100000
SEED ?=
BROKER ?=
WORKLOADS ?=
BEFORE ?=
SECONDS ?= 60
TARGETS ?=

programs := $(notdir $(wildcard Sources/tq-*))
release := .build/release
libraries := $(abspath .build/static-libraries)
prefix = $(DESTDIR)$(PREFIX)
# No program offers its symbols to others: looking through them costs each start a tenth. The linker is that of
# Swift: others repeat a warning that the Swift library has for its own users.
build = $(SWIFT) build --quiet -c release --static-swift-stdlib -Xswiftc -L$(libraries) \
    -Xswiftc -use-ld=lld -Xlinker --no-export-dynamic
seed = $(if $(SEED),--seed $(SEED))
ecosystem := --package-path Tests/Ecosystem --scratch-path .build/ecosystem
swift_files := Sources Tests Benchmarks examples Package.swift
examples := $(notdir $(patsubst %/Package.swift,%,$(wildcard examples/*/Package.swift)))

.PHONY: help build examples demo test faults consumer-timeout cluster beat-faults soak fuzz bench install lint format clean

help:
	@sed -n '/^$$/q; s/^# //p' $(firstword $(MAKEFILE_LIST))

build:
	@$(SETUP) build
	@echo "building the programs"
	@packaging/static-libraries $(libraries)
	@$(build)
	@SWIFT=$(SWIFT) packaging/one-program $(release) $(libraries) $(programs)

demo: build
	@$(SETUP) demo
	@examples/man-pages/run $(abspath $(release))

# Packages that use this one as others would; what is built is below .build.
examples:
	@$(SETUP) build test
	@for name in $(examples); do \
	    echo "building examples/$$name"; \
	    $(SWIFT) build --quiet --package-path examples/$$name \
	        --scratch-path .build/examples/$$name || exit; \
	done

# The tests run the debug build, and look at the release build for what it links to and costs.
# What the traits add that are off is tested by a package of its own. The table of workflows keeps both cores busy
# with Celery's workers: it comes after what looks at times.
# On CI nothing may be skipped.
test:
	@$(SETUP) build test
	@$(MAKE) --no-print-directory lint
	@echo "building the tests"
	@$(SWIFT) build --quiet --build-tests
	@$(MAKE) --no-print-directory build
	@$(MAKE) --no-print-directory examples
	@TQ_REQUIRE_ALL=$(CI) $(SWIFT) test --skip-build --disable-xctest --skip WorkflowTableTests
	@TQ_REQUIRE_ALL=$(CI) $(SWIFT) test --skip-build --disable-xctest --filter WorkflowTableTests
	@echo "building the tests of metrics, traces and services"
	@$(SWIFT) build --quiet --build-tests $(ecosystem)
	@$(SWIFT) test --skip-build --disable-xctest $(ecosystem)

# With Redis, with SQLite, and with a worker of Celery on the same queue.
faults: build
	@$(SETUP) build test
ifeq ($(BROKER),amqp)
	@Tests/Faults/run $(abspath $(release)) --tasks $$(($(TASKS) / 2)) --longest 20 --broker amqp $(seed)
	@for kind in command stream; do for workers in 2 4; do \
	    Tests/Faults/poison $(abspath $(release)) --broker amqp --kind $$kind \
	    --workers $$workers --poison 2 || exit 1; done; done
else
	@Tests/Faults/run $(abspath $(release)) --tasks $(TASKS) --longest 60 $(seed)
	@Tests/Faults/run $(abspath $(release)) --tasks $$(($(TASKS) / 10)) --broker sqlite $(seed)
	@Tests/Faults/run $(abspath $(release)) --tasks 200 --seconds 300 --long 0.4 --broker sqlite \
	    --faults "database locked,clock set,disk full" --slots 12 $(seed)
	@Tests/Faults/run $(abspath $(release)) --tasks $$(($(TASKS) / 10)) $(seed) \
	    --celery $(abspath .build/celery-venv)/bin/python
	@for broker in redis sqlite; do \
	    Tests/Faults/messages $(abspath $(release)) --broker $$broker $(seed) || exit 1; done
	@for broker in redis sqlite; do Tests/Workflows/faults $(abspath $(release)) --broker $$broker \
	    --chords 2000 --chains 500 $(seed) || exit 1; done
	@for broker in redis sqlite; do for kind in command stream; do for workers in 1 2 4 8; do \
	    Tests/Faults/poison $(abspath $(release)) --broker $$broker --kind $$kind \
	    --workers $$workers --poison 2 || exit 1; done; done; done
endif

consumer-timeout: build
	@$(SETUP) build test
	@Tests/Faults/consumer-timeout $(abspath $(release))

cluster: build
	@$(SETUP) build test
	@Tests/Faults/cluster $(abspath $(release))

# With Redis and with SQLite.
beat-faults:
	@$(SETUP) build test
	@$(SWIFT) build --quiet --build-tests
	@TQ_BEAT_SECONDS=60 $(SWIFT) test --skip-build --disable-xctest --filter ExactlyOnceTests

soak: build
	@$(SETUP) test
	@$(SWIFT) build --quiet --build-tests
	@TQ_SOAK_TASKS=100000 $(SWIFT) test --skip-build --disable-xctest --filter SoakTests

# A minute for each reader, unless it says otherwise.
fuzz:
	@$(SETUP) build test
	@Tests/Fuzz/run $(SECONDS) $(TARGETS)

bench: build
	@$(SETUP) bench
	@TQ_BENCHMARKS=1 $(build) --product noop-worker
	@Benchmarks/run $(abspath $(release)) $(addprefix --before ,$(BEFORE)) $(WORKLOADS)

# Does not build: `make build` first, then this as the user who may write there. All programs are one file,
# the first, and links to it.
install:
	@test -x $(release)/tq || { echo "run make build first" >&2; exit 1; }
	@$(INSTALL) -D $(STRIP) -m 755 $(release)/tq $(prefix)/bin/$(firstword $(programs))
	@for program in $(wordlist 2,$(words $(programs)),$(programs)); do \
	    ln -sf $(firstword $(programs)) $(prefix)/bin/$$program || exit; \
	done
	@for page in man/*.[1-9]; do \
	    $(INSTALL) -D -m 644 $$page $(prefix)/share/man/man$${page##*.}/$${page##*/} || exit; \
	done
	@for program in $(programs); do \
	    $(INSTALL) -D -m 644 completions/$$program.bash \
	        $(prefix)/share/bash-completion/completions/$$program && \
	    $(INSTALL) -D -m 644 completions/_$$program \
	        $(prefix)/share/zsh/site-functions/_$$program && \
	    $(INSTALL) -D -m 644 completions/$$program.fish \
	        $(prefix)/share/fish/vendor_completions.d/$$program.fish || exit; \
	done
	@for file in tq-work@.service tq-beat.service supervisor/tq-work.conf supervisor/tq-beat.conf \
	    crontab; do \
	    sed 's|/usr/local/bin|$(PREFIX)/bin|g' packaging/$$file | \
	        $(INSTALL) -D -m 644 /dev/stdin $(prefix)/$$(case $$file in \
	            *.service) echo lib/systemd/system;; \
	            *) echo share/doc/tq/examples;; \
	        esac)/$$file || exit; \
	done
	@echo "installed $(programs) in $(prefix)"

lint:
	@echo "checking the format"
	@$(SWIFT) format lint --strict --parallel --recursive $(swift_files)

format:
	@$(SWIFT) format --in-place --parallel --recursive $(swift_files)

clean:
	rm -rf .build
