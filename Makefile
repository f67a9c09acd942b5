# SPDX-License-Identifier: MIT
# jpegq: `make help` lists the targets.

CC ?= cc
CFLAGS ?= -O3
PREFIX ?= /usr/local
BUILD ?= build
PYTHON ?= /usr/bin/python3
OBJCOPY ?= objcopy

VERSION := $(shell sed -n 's/.*JPEGQ_VERSION "\(.*\)".*/\1/p' src/jpegq.h)
SOVERSION := 0

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef \
	-Wconversion

# HARDEN=0 leaves out what follows; flags of the user's come behind it. Asked of the compiler when it
# is first needed: by then `make deps` has installed it.
HARDEN ?= 1
accepts = echo 'int a;' | $(CC) $(CPPFLAGS) $(CFLAGS) -Werror $(1) -x c -c -o /dev/null - 2>/dev/null
# _FORTIFY_SOURCE needs optimisation; glibc treats a level that it does not have as the next one
HARDENING = $(eval HARDENING := $(if $(filter 0,$(HARDEN)),,$(shell \
	for f in -fstack-protector-strong -fstack-clash-protection -fcf-protection; do \
	    $(call accepts,$$f) && echo $$f; done; \
	$(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS))$(findstring -fsanitize,$(CFLAGS)),,\
	echo | $(CC) $(CPPFLAGS) $(CFLAGS) -dM -E -x c - 2>/dev/null | grep -q __OPTIMIZE__ && \
	    echo -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3))))$(HARDENING)
HARDENED_LINK = $(eval HARDENED_LINK := $(if $(filter 0,$(HARDEN)),,$(shell \
	$(CC) -dumpmachine | grep -q darwin || \
	echo -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)))$(HARDENED_LINK)
PIE = $(if $(filter 0,$(HARDEN))$(filter -static -static-pie -no-pie,$(LDFLAGS) $(CFLAGS)),,-pie)

# contraction would fuse multiplications with additions, and the float DCT must round both
ALL_CFLAGS = -std=c11 -pthread -D_XOPEN_SOURCE=700 -Isrc $(WARNINGS) -fPIC -fvisibility=hidden \
	$(HARDENING) $(CPPFLAGS) $(CFLAGS) -ffp-contract=off
# LIBDEFLATE=0 leaves PNG's deflate to stb
ifeq ($(LIBDEFLATE),0)
ALL_CFLAGS += -DJQ_NO_LIBDEFLATE
endif
# Whether libdeflate is there is asked when linking, for `make deps` may just have installed it.
DEFLATE_LIBS = `$(CC) $(ALL_CFLAGS) -E src/io/png.c 2>/dev/null | \
	grep -q libdeflate_alloc_compressor && echo -ldeflate`

LIB_SOURCES := $(sort $(wildcard src/codec/*.c src/entropy/*.c src/metrics/*.c src/learn/*.c))
CLI_SOURCES := $(sort $(wildcard src/io/*.c src/cli/*.c))
UNIT_SOURCES := $(sort $(wildcard tests/unit/*.c))
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/%.o)
CLI_OBJECTS := $(CLI_SOURCES:%.c=$(BUILD)/%.o)
UNIT_TESTS := $(UNIT_SOURCES:%.c=$(BUILD)/%)
ORACLE_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/oracle/*.c)))
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_TARGETS := $(FUZZ_SOURCES:%.c=$(BUILD)/%)
STATIC := $(BUILD)/libjpegq.a
SHARED := $(BUILD)/libjpegq.so.$(VERSION)

# V=1 shows the commands
ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @echo
endif

.PHONY: all lib help samples demo bench check check-all check-valgrind check-sanitize check-inject \
	check-inject-wrapped check-environments asan ubsan tsan msan valgrind fuzz fuzz-run install uninstall \
	deps clean need-stb FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: jpegq lib

lib: $(STATIC) $(SHARED)

help:
	@echo 'make              build ./jpegq and the libraries in $(BUILD)/; installs nothing'
	@echo 'make deps GOALS   install the Debian packages that the goals need, then make the goals'
	@echo 'make demo         what qualities 1, 10 and 100 do to a sample'
	@echo 'make check        all tests (check-all: the full matrix against libjpeg)'
	@echo 'make check-cross  tests on AArch64 and on a big-endian processor, emulated'
	@echo 'make check-sanitize, check-valgrind, check-inject, check-environments'
	@echo 'make asan, ubsan, tsan, msan, valgrind   some of the tests under one of them'
	@echo 'make fuzz, fuzz-run SECONDS=60 TARGETS="pnm npy"   with clang and libFuzzer: tests/fuzz/README.md'
	@echo 'make bench        how fast, beside memcpy and libjpeg-turbo in the same run'
	@echo 'make samples      make the images in samples/ again'
	@echo 'make install, uninstall   PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)'
	@echo 'CC, CFLAGS, CPPFLAGS, LDFLAGS, BUILD, HARDEN=0, LIBDEFLATE=0, V=1'

# ---- Packages --------------------------------------------------------------------------------

# TORCH=1 adds PyTorch, which is large: without it the tests against it are skipped
BUILD_PACKAGES := gcc libc6-dev binutils libstb-dev libdeflate-dev
TEST_PACKAGES := libcmocka-dev bats parallel imagemagick libjpeg-turbo-progs libjpeg62-turbo-dev netpbm \
	python3-numpy python3-skimage time pkg-config zsh fish $(if $(filter 1,$(TORCH)),python3-torch)
CROSS_PACKAGES := qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-s390x-linux-gnu libc6-dev-s390x-cross
PACKAGES := $(BUILD_PACKAGES) \
	$(if $(filter-out check-cross,$(filter check% bench,$(MAKECMDGOALS))),$(TEST_PACKAGES)) \
	$(if $(filter check-cross,$(MAKECMDGOALS)),$(CROSS_PACKAGES)) \
	$(if $(filter check-valgrind,$(MAKECMDGOALS)),valgrind) \
	$(if $(filter fuzz%,$(MAKECMDGOALS)),clang libjpeg62-turbo-dev)

deps:
	@command -v apt-get >/dev/null || { \
	    echo 'make deps: this is not a Debian; install what corresponds to: $(PACKAGES)' >&2; exit 1; }; \
	missing=; for p in $(PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || \
	        missing="$$missing $$p"; done; \
	test -n "$$missing" || { echo 'make deps: nothing to install'; exit 0; }; \
	sudo=; test "$$(id -u)" = 0 || sudo=sudo; \
	echo "make deps: to be installed with apt-get:$$missing"; \
	$$sudo apt-get update -qq && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing

# the other goals wait for what is being installed
need-stb bench check-sanitize check-inject check-valgrind asan ubsan tsan msan fuzz fuzz-run: \
	| $(filter deps,$(MAKECMDGOALS))

need-stb:
	@echo '#include <stb/stb_image.h>' | $(CC) $(CPPFLAGS) $(CFLAGS) -E -o /dev/null - 2>/dev/null || \
	{ echo 'jpegq: stb is missing: `make deps` installs it (on Debian: apt-get install libstb-dev)' >&2; \
	  exit 1; }

# ---- Building --------------------------------------------------------------------------------

# changed flags rebuild everything
FLAGS = $(CC) $(ALL_CFLAGS) $(PIE) $(HARDENED_LINK) $(LDFLAGS)
$(BUILD)/flags: FORCE | need-stb
	@mkdir -p $(BUILD)
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' > $@

$(BUILD)/%.o: %.c $(BUILD)/flags
	$(say) '  CC      $<'
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<

# What stb leaves unset (colours beyond a palette) must not come from what was in memory before:
# variables begin as zero. clang 14 and 15 want to be told twice. And stb relies on int wrapping.
ZERO := -ftrivial-auto-var-init=zero
CLANG_ZERO := $(ZERO) -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang
takes = $(shell $(CC) $(1) -Werror -fsyntax-only -x c /dev/null 2>/dev/null && echo '$(1)')
$(BUILD)/src/io/stb.o: KERNEL_CFLAGS = -fwrapv \
	$(or $(call takes,$(ZERO)),$(call takes,$(CLANG_ZERO)))

# Only the kernels are compiled for more than the least processor, and chosen when the program runs.
for_x86 = $(if $(filter x86_64%,$(shell $(CC) -dumpmachine)),$(1))
$(BUILD)/src/codec/kernels_avx2.o: KERNEL_CFLAGS = $(call for_x86,-mavx2)
$(BUILD)/src/codec/kernels_avx512.o: KERNEL_CFLAGS = $(call for_x86,-mavx512f -mavx512bw -mavx512vl)
$(BUILD)/src/codec/kernels_avx512vnni.o: KERNEL_CFLAGS = $(call for_x86,-mavx512f -mavx512bw \
	-mavx512vl -mavx512cd -mavx512vbmi -mavx512vbmi2 -mavx512vnni)

$(BUILD)/jpegq: $(LIB_OBJECTS) $(CLI_OBJECTS)
	$(say) '  LINK    $@'
	$(Q)$(CC) $(CFLAGS) $(PIE) $(HARDENED_LINK) $(LDFLAGS) -o $@ $^ $(DEFLATE_LIBS) -lm -pthread

jpegq: $(BUILD)/jpegq FORCE
	@cmp -s $< $@ || cp $< $@

# one object in which only the public names are left global
$(STATIC): $(LIB_OBJECTS)
	$(say) '  AR      $@'
	$(Q)$(CC) -nostdlib -r -o $(BUILD)/libjpegq.o $^
	$(Q)$(OBJCOPY) --wildcard --keep-global-symbol='jpegq_*' $(BUILD)/libjpegq.o
	$(Q)rm -f $@ && $(AR) rcs $@ $(BUILD)/libjpegq.o

$(SHARED): $(LIB_OBJECTS)
	$(say) '  LINK    $@'
	$(Q)$(CC) $(CFLAGS) $(HARDENED_LINK) $(LDFLAGS) -shared -Wl,-soname,libjpegq.so.$(SOVERSION) -o $@ $^ -lm
	$(Q)ln -sf $(@F) $(BUILD)/libjpegq.so.$(SOVERSION) && ln -sf $(@F) $(BUILD)/libjpegq.so

clean:
	rm -rf $(BUILD) jpegq

# ---- Samples and demonstration ---------------------------------------------------------------

$(BUILD)/make-samples: samples/make-samples.c $(BUILD)/flags
	$(say) '  CC      $<'
	$(Q)$(CC) -std=c11 $(WARNINGS) $(CPPFLAGS) $(CFLAGS) -ffp-contract=off $(LDFLAGS) -o $@ $< -lm

samples: $(BUILD)/make-samples
	$(BUILD)/make-samples samples

demo: jpegq
	@mkdir -p $(BUILD)/demo
	@for q in 1 10 100; do \
	    echo "./jpegq -q $$q -s samples/scene.png $(BUILD)/demo/scene-q$$q.png"; \
	    ./jpegq -q $$q -s samples/scene.png $(BUILD)/demo/scene-q$$q.png || exit 1; \
	done
	@echo
	@echo 'Look at samples/scene.png beside the pictures in $(BUILD)/demo/:'
	@echo '  scene-q100.png  no difference to be seen: every step is 1, and only rounding is lost'
	@echo '  scene-q10.png   blocks in the sky, ringing at roof and fence, grass and bricks smeared'
	@echo '  scene-q1.png    little more than the mean of each 8x8 block is left'

# ---- Tests -----------------------------------------------------------------------------------

CMOCKA_LIBS := -lcmocka

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIB_OBJECTS)
	$(say) '  LINK    $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CMOCKA_LIBS) -lm

# this one is above the library
$(BUILD)/tests/unit/test_runs: $(BUILD)/src/io/runs.o

$(BUILD)/tests/oracle/oracle: $(ORACLE_OBJECTS) $(LIB_OBJECTS)
	$(say) '  LINK    $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -ljpeg -lm

# A fuzz target is a program that replays files, or under FUZZ_ENGINE one that libFuzzer runs.
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/driver.o $(LIB_OBJECTS) \
		$(filter-out $(BUILD)/src/cli/main.o,$(CLI_OBJECTS))
	$(say) '  LINK    $@'
	$(Q)$(CC) $(CFLAGS) $(FUZZ_ENGINE) $(LDFLAGS) -o $@ $^ $(DEFLATE_LIBS) -ljpeg -lm -pthread

# what lets the N-th call of a kind fail: before the C library, or in place of calls to it
INJECT := $(BUILD)/tests/inject/inject.so
WRAPPED := posix_memalign open read pread write pwrite close rename renameat2 link unlink fchmod \
	fchown ftruncate fallocate fsync stat lstat fstat readlink access dup fcntl pthread_create mmap \
	fork _Fork pipe2 socketpair memfd_create sendmsg prctl

$(INJECT): tests/inject/inject.c $(BUILD)/flags
	$(say) '  LINK    $@'
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 $(WARNINGS) $(CPPFLAGS) -O2 -fPIC -shared -o $@ $< -ldl

$(BUILD)/tests/inject/wrap.o: tests/inject/inject.c $(BUILD)/flags
	$(say) '  CC      $@'
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DJQ_WRAP -c -o $@ $<

$(BUILD)/tests/inject/jpegq: $(LIB_OBJECTS) $(CLI_OBJECTS) $(BUILD)/tests/inject/wrap.o
	$(say) '  LINK    $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(WRAPPED:%=-Wl,--wrap=%) -o $@ $^ $(DEFLATE_LIBS) -lm -pthread

TEST_PROGRAMS = $(UNIT_TESTS) $(BUILD)/tests/oracle/oracle $(FUZZ_TARGETS)
RUN_TESTS = BUILD=$(BUILD) PYTHON=$(PYTHON) CC='$(CC)' tests/run

check: all $(TEST_PROGRAMS) $(INJECT)
	@$(RUN_TESTS)

check-all: all $(TEST_PROGRAMS) $(INJECT)
	@$(RUN_TESTS) --full

SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# SANITIZE_TESTS= runs all of the command-line tests
SANITIZE_TESTS ?= --cut
check-sanitize:
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/sanitize LDFLAGS='$(LDFLAGS)' CFLAGS='$(SANITIZE)' \
	    RUN_OPTIONS=$(SANITIZE_TESTS) check-in-build

# every call of every kind fails once: in the program itself, and again under the sanitizers
check-inject: $(BUILD)/jpegq $(INJECT)
	@PYTHONDONTWRITEBYTECODE=1 $(PYTHON) tests/inject/inject.py $(BUILD)/jpegq $(INJECT)
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/sanitize LDFLAGS='$(LDFLAGS)' CFLAGS='$(SANITIZE)' \
	    check-inject-wrapped

check-inject-wrapped: $(BUILD)/tests/inject/jpegq
	@PYTHONDONTWRITEBYTECODE=1 $(PYTHON) tests/inject/inject.py $< -

# needs root, to take things away
check-environments: $(BUILD)/jpegq
	@BUILD=$(BUILD) PYTHON=$(PYTHON) tests/environments/run

# One sanitizer each, with the whole command line only for --cut's sake when asked: SANITIZER_TESTS=.
# Under the thread sanitizer are tests that use threads; the memory sanitizer knows nothing of what
# libraries write that were not built with it, so it is clang's, without libdeflate and unit tests.
SANITIZER_TESTS ?= --cut
sanitized = @$(MAKE) --no-print-directory BUILD=$(BUILD)/$@ LDFLAGS='$(LDFLAGS)' \
	CFLAGS='-O1 -g -fsanitize=$(1) -fno-sanitize-recover=all -fno-omit-frame-pointer' $(2)

asan:
	$(call sanitized,address,RUN_OPTIONS='$(SANITIZER_TESTS)' check-in-build)

ubsan:
	$(call sanitized,undefined,RUN_OPTIONS='$(SANITIZER_TESTS)' check-in-build)

tsan:
	$(call sanitized,thread,command-in-build RUN_OPTIONS='tests/cli/threads.bats tests/cli/sweeps.bats \
	    tests/cli/directory.bats tests/cli/streams.bats')

msan:
	$(call sanitized,memory,CC=clang LIBDEFLATE=0 RUN_OPTIONS='$(SANITIZER_TESTS)' command-in-build)

valgrind: check-valgrind

.PHONY: command-in-build
command-in-build: $(BUILD)/jpegq
	@$(RUN_TESTS) --in-build --command $(RUN_OPTIONS)

# VALGRIND_TESTS= runs all of the command-line tests, which takes half an hour. What valgrind says is
# kept apart from what the program says.
VALGRIND_TESTS ?= tests/cli/block.bats tests/cli/coefficients.bats
check-valgrind: VALGRIND_LOG = $(abspath $(BUILD))/valgrind/log
check-valgrind:
	@rm -rf $(VALGRIND_LOG) && mkdir -p $(VALGRIND_LOG)
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/valgrind CFLAGS='-O1 -g' RUN_OPTIONS='$(VALGRIND_TESTS)' \
	    JPEGQ_WRAPPER='valgrind -q --error-exitcode=99 --leak-check=full --log-file=$(VALGRIND_LOG)/%p' \
	    check-in-build || { cat $(VALGRIND_LOG)/* | grep '^==' >&2; exit 1; }

# the tests on the binary in $(BUILD), leaving ./jpegq alone
.PHONY: check-in-build
check-in-build: $(BUILD)/jpegq $(TEST_PROGRAMS)
	@JPEGQ_WRAPPER='$(JPEGQ_WRAPPER)' $(RUN_TESTS) --in-build $(RUN_OPTIONS)

# For a processor that this one emulates: no libraries but the C library, and of stb the headers.
CROSS_TARGETS := aarch64-linux-gnu s390x-linux-gnu
CROSS_CFLAGS ?= -O3
.PHONY: check-cross cross-programs
check-cross: $(BUILD)/jpegq
	@mkdir -p $(BUILD)/cross/include && ln -sfn /usr/include/stb $(BUILD)/cross/include/stb
	@for target in $(CROSS_TARGETS); do \
	    command -v $$target-gcc >/dev/null || { \
	        echo "make check-cross: $$target-gcc is missing: make deps check-cross installs it" >&2; exit 1; }; \
	    $(MAKE) --no-print-directory BUILD=$(BUILD)/cross/$$target CC=$$target-gcc CFLAGS='$(CROSS_CFLAGS)' \
	        CPPFLAGS='$(CPPFLAGS) -Itests/cross -isystem $(BUILD)/cross/include' LDFLAGS=-static LIBDEFLATE=0 \
	        CMOCKA_LIBS= cross-programs || exit 1; \
	done
	@BUILD=$(BUILD) tests/cross/run $(CROSS_TARGETS)

cross-programs: $(BUILD)/jpegq $(UNIT_TESTS)

# ---- Fuzzing ---------------------------------------------------------------------------------

FUZZ_CC ?= clang
SECONDS ?= 60
TARGETS ?= $(FUZZ_SOURCES:tests/fuzz/fuzz_%.c=%)

fuzz:
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/fuzz CC=$(FUZZ_CC) \
	    CPPFLAGS='$(CPPFLAGS) -DJQ_LIBFUZZER' FUZZ_ENGINE=-fsanitize=fuzzer \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all \
	        -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow' fuzz-in-build

.PHONY: fuzz-in-build
fuzz-in-build: $(FUZZ_TARGETS)

# one target after the other, each for so many seconds
fuzz-run: fuzz
	@BUILD=$(BUILD)/fuzz tests/fuzz/run $(SECONDS) $(TARGETS)

# ---- Speed -----------------------------------------------------------------------------------

$(BUILD)/tests/bench/stages: $(BUILD)/tests/bench/stages.o $(LIB_OBJECTS)
	$(say) '  LINK    $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lm

# the sample scene, side by side up to 12 megapixels
$(BUILD)/bench.pgm: samples/scene.png
	@mkdir -p $(BUILD)
	$(Q)pngtopnm $< | pnmtile 4032 3024 > $@

$(BUILD)/bench-small.pgm: samples/scene.png
	@mkdir -p $(BUILD)
	$(Q)pngtopnm $< > $@

bench: jpegq $(BUILD)/tests/bench/stages $(BUILD)/bench.pgm $(BUILD)/bench-small.pgm
	@for set in c avx2 avx512 avx512vnni neon; do \
	    JPEGQ_CPU=$$set ./jpegq -V | grep -qx "kernels: $$set" || continue; \
	    JPEGQ_CPU=$$set $(BUILD)/tests/bench/stages $(BUILD)/bench.pgm || exit 1; \
	done
	@$(PYTHON) tests/bench/processes.py ./jpegq $(BUILD)/bench.pgm $(BUILD)/bench-small.pgm

# ---- Installation ----------------------------------------------------------------------------

BINDIR = $(DESTDIR)$(PREFIX)/bin
LIBDIR = $(DESTDIR)$(PREFIX)/lib
INCLUDEDIR = $(DESTDIR)$(PREFIX)/include
MANDIR = $(DESTDIR)$(PREFIX)/share/man/man1
BASHDIR = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSHDIR = $(DESTDIR)$(PREFIX)/share/zsh/site-functions
FISHDIR = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
INSTALLED = $(BINDIR)/jpegq $(LIBDIR)/libjpegq.a $(LIBDIR)/libjpegq.so.$(VERSION) \
	$(LIBDIR)/libjpegq.so.$(SOVERSION) $(LIBDIR)/libjpegq.so $(LIBDIR)/pkgconfig/jpegq.pc \
	$(INCLUDEDIR)/jpegq.h $(MANDIR)/jpegq.1 $(BASHDIR)/jpegq $(ZSHDIR)/_jpegq \
	$(FISHDIR)/jpegq.fish

install: all
	install -d $(BINDIR) $(LIBDIR)/pkgconfig $(INCLUDEDIR) $(MANDIR) $(BASHDIR) $(ZSHDIR) $(FISHDIR)
	install -m 755 $(BUILD)/jpegq $(BINDIR)/jpegq
	install -m 644 $(STATIC) $(LIBDIR)/libjpegq.a
	install -m 755 $(SHARED) $(LIBDIR)/libjpegq.so.$(VERSION)
	ln -sf libjpegq.so.$(VERSION) $(LIBDIR)/libjpegq.so.$(SOVERSION)
	ln -sf libjpegq.so.$(VERSION) $(LIBDIR)/libjpegq.so
	install -m 644 src/jpegq.h $(INCLUDEDIR)/jpegq.h
	install -m 644 man/jpegq.1 $(MANDIR)/jpegq.1
	install -m 644 completions/jpegq.bash $(BASHDIR)/jpegq
	install -m 644 completions/_jpegq $(ZSHDIR)/_jpegq
	install -m 644 completions/jpegq.fish $(FISHDIR)/jpegq.fish
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: jpegq' \
	    'Description: the lossy stage of JPEG, exactly as libjpeg-turbo computes it' \
	    'Version: $(VERSION)' 'Cflags: -I$${prefix}/include' 'Libs: -L$${prefix}/lib -ljpegq' \
	    'Libs.private: -lm' > $(LIBDIR)/pkgconfig/jpegq.pc

uninstall:
	rm -f $(INSTALLED)

-include $(LIB_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(UNIT_TESTS:=.d) $(ORACLE_OBJECTS:.o=.d) \
	$(FUZZ_TARGETS:=.d) $(BUILD)/tests/fuzz/driver.d
