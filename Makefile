# Two commands set a fresh machine up: make demo, make test. Both need a JDK 25 or later and nothing else.
MVN = JAVA_HOME="$$(./jdk)" ./mvnw -ntp
APP = application/target/fovea
JAR = $(APP)/fovea.jar

.PHONY: help demo test e2e build image fix run bench bench-detection bench-optimize bench-datasets bench-tracking smells clean
help:
	@echo "make demo            the whole loop on handwritten digits; ARGS=--exit leaves at the end"
	@echo "make test            every test that needs nothing but a JDK"
	@echo "make e2e             stock clients, a real browser, every kill and restart; installs what it needs"
	@echo "make build           the application alone; then ./fovea serve"
	@echo "make image           the container images, without Docker; PUSH=registry/prefix pushes them"
	@echo "make fix             format"
	@echo "make bench           measure against the peers"
	@echo "make bench-detection measure detectors' average precision beside pycocotools and faster-coco-eval"
	@echo "make bench-optimize  measure INT8 models beside onnxruntime.quantization, detection, and with TORCH=PYTHON preparation"
	@echo "make bench-datasets  measure working copies against stock dvc: DVC=path; an S3 named by FOVEA_TEST_S3_ENDPOINTS"
	@echo "make bench-tracking  measure tracking against stock mlflow server, on one PostgreSQL of Debian's package"

# Rebuilt when any source is newer, so that a second demo starts at once.
SOURCES = $(shell find . -path '*/src/main/*' -type f -not -path '*/target/*') $(wildcard */pom.xml) pom.xml \
	$(shell find examples/digits -type f -not -path '*/__pycache__/*' 2>/dev/null)
$(JAR): $(SOURCES)
	@./jdk >/dev/null
	@echo "building (the first time downloads what it needs) …"
	@$(MVN) -q -pl application -am package -DskipTests
	@rm -rf $(APP)
	@"$$(./jdk)/bin/java" -Djarmode=tools -jar application/target/fovea-*-exec.jar extract --destination $(APP) --application-filename fovea.jar
	@application/unsign $(APP)/lib/org.eclipse.jgit*.jar
	@"$$(./jdk)/bin/java" -XX:TieredStopAtLevel=1 application/ModernPicocli.java $(APP)/lib/picocli-*.jar
	@mkdir -p $(APP)/query && cp dataset-query/target/engine/*.jar $(APP)/query
	@touch $(JAR)

# Once a build, since it takes a quarter of a minute: servers then start in less than half of the time.
$(APP)/fovea.aot: $(JAR)
	@application/start-cache $@

build: $(APP)/fovea.aot

image: build
	@images/build base
	@images/build fovea
	@if [ -n "$(PUSH)" ]; then images/push images/target/base $(PUSH)/base && images/push images/target/fovea $(PUSH)/fovea; fi

demo: $(JAR)
	@./fovea demo $(ARGS)

run: $(JAR)
	@./fovea serve $(ARGS)

test:
	@./jdk >/dev/null
	$(MVN) -T 2 verify

e2e: build
	@e2e/run

fix:
	@$(MVN) -q spotless:apply

bench:
	@benchmarks/run

bench-detection:
	@benchmarks/detection "$(PYTHON)" "$(REPEATS)"

bench-optimize: bench-detection
	@[ -z "$(TORCH)" ] || benchmarks/run "$(TORCH)"
	@[ -n "$(TORCH)" ] || echo "the preparation of models is not measured: TORCH=PYTHON names a Python with torch, onnx, onnxscript and onnxruntime"
	@benchmarks/optimize "$(PYTHON)" "$(IMAGES)" "$(PAIRS)"

bench-datasets: build
	@python3 benchmarks/datasets.py "$${TMPDIR:-/tmp}/fovea-bench-datasets" "$(DVC)" $(FILES) $(REPEATS)

bench-tracking: build
	@benchmarks/tracking $(SCALE)

clean:
	@$(MVN) -q clean
