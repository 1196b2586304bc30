package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.Name;
import dev.fovea.registry.sweep.Recordings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Sweeps whose trials are known by what their runs log, and such with two objectives. */
@TestPropertySource(properties = "fovea.registry.sweeps.every=200ms")
@Timeout(180)
class MetricSweepsTest extends RegistryTest {
  private static final String KEY = "val/accuracy";

  private final Name project = project();
  private SweepCallsOf sweep = new SweepCallsOf(new Mlflow("", Map.of()), "", "");

  @BeforeEach
  void signIn() {
    sweep = new SweepCallsOf(mlflow(project), project.text(), "s");
  }

  @Test
  void aWorkerNeedsNothingButAskAndAStockScript() {
    create(Map.of("metric", KEY));
    var work = sweep.work("a");
    for (int epoch = 0; epoch < 4; epoch++) {
      sweep.log(work, KEY, 0.5 + epoch / 10.0, epoch);
      sweep.log(work, "train/loss", 9.0 - epoch, epoch);
    }
    assertThat(sweep.states()).isEqualTo("{\"RUNNING\":1}");
    sweep.end(work, "FINISHED");
    soon("{\"COMPLETE\":1}");
    var best = sweep.progress().path("best");
    assertThat(best.path("value").doubleValue()).isEqualTo(0.8);
    assertThat(best.path("runId").asString()).isEqualTo(SweepCallsOf.run(work));
    assertThat(sweep.trial(0).at("/last/step").longValue()).isEqualTo(3);
    assertThat(sweep.page().at("/sweep/metric").asString()).isEqualTo(KEY);
    assertThat(reports()).as("the objective's four, and no other's").isEqualTo(4);
  }

  @Test
  void whoAsksNextKnowsOfAllThatEndedBefore() {
    create(Map.of("metric", KEY, "trials", 1));
    var work = sweep.work("a");
    sweep.log(work, KEY, 0.25, 0);
    sweep.end(work, "FINISHED");
    assertThat(sweep.ask("b").path("state").asString()).isEqualTo("DONE");
    assertThat(sweep.states()).isEqualTo("{\"COMPLETE\":1}");
  }

  /** Points are STEP:VALUE. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "last | FINISHED | 0:0.9 1:0.7 | COMPLETE | 0.7 | ``",
        "best | FINISHED | 0:0.7 1:0.9 2:NaN 3:0.8 | COMPLETE | 0.9 | ``",
        "last | FINISHED | 5:0.6 2:0.9 | COMPLETE | 0.6 | ``",
        "last | FINISHED | -3:0.4 | COMPLETE | 0.4 | ``",
        "last | FINISHED | 0:Infinity | COMPLETE | Infinity | ``",
        "best | FINISHED | 0:0.5 1:Infinity | COMPLETE | Infinity | ``",
        "last | FINISHED | 0:0.9 1:NaN | FAILED | | logged NaN for 'val/accuracy' (expected: a number)",
        "best | FINISHED | 0:NaN | FAILED | | logged NaN for 'val/accuracy'",
        "last | FINISHED | `` | FAILED | | logged nothing for 'val/accuracy'",
        "last | FAILED | 0:0.9 | FAILED | | its run failed",
        "best | KILLED | 0:0.9 | FAILED | | its run was killed"
      })
  void aRunsEndIsItsTrialsEnd(
      String take, String status, String points, String state, String value, String note) {
    create(Map.of("metric", KEY, "take", take));
    var work = sweep.work("a");
    for (var point : points.isEmpty() ? new String[0] : points.split(" ", -1)) {
      var parts = point.split(":", -1);
      sweep.log(work, KEY, value(parts[1]), Long.parseLong(parts[0]));
    }
    sweep.end(work, status);
    soon("{\"%s\":1}".formatted(state));
    var trial = sweep.trial(0);
    assertThat(trial.path("note").asString()).contains(note);
    assertThat(trial.path("value").asString("")).isEqualTo(value == null ? "" : value);
  }

  private static Object value(String text) {
    return text.equals("NaN") || text.equals("Infinity") ? text : Double.parseDouble(text);
  }

  @Test
  void aStepCountsOnceAndStepsBelowZeroAreNoReports() {
    create(Map.of("metric", KEY));
    var work = sweep.work("a");
    sweep.log(work, KEY, 0.1, 0);
    assertThat(sweep.decision(work)).isEqualTo("CONTINUE");
    sweep.log(work, KEY, 0.2, 0);
    sweep.log(work, KEY, 0.3, -1);
    sweep.log(work, KEY, 0.4, 2);
    mlflow(project).ok(sweep.report(work, 2, 0.9));
    mlflow(project).ok(sweep.report(work, 3, 0.5));
    assertThat(sweep.decision(work)).isEqualTo("CONTINUE");
    assertThat(values()).containsExactly("0 0.1", "2 0.4", "3 0.5");
  }

  @Test
  void whoAsksWhetherToStopIsToldAndItsRunsEndIsAPrunedTrials() {
    create(Map.of("metric", KEY, "halving", Map.of("min_resource", 1)));
    var good = sweep.work("a");
    var worse = sweep.work("b");
    sweep.log(good, KEY, 0.9, 1);
    assertThat(sweep.decision(good)).isEqualTo("CONTINUE");
    sweep.log(worse, KEY, 0.2, 1);
    for (int i = 0; i < 3; i++) {
      assertThat(sweep.decision(worse)).isEqualTo("STOP");
    }
    // It has logged on before it asked, and still knows of what it missed.
    sweep.log(worse, KEY, 0.95, 2);
    assertThat(sweep.decision(worse)).isEqualTo("STOP");
    sweep.end(worse, "FINISHED");
    sweep.end(good, "FINISHED");
    soon("{\"COMPLETE\":1,\"PRUNED\":1}");
    assertThat(sweep.trial(1).path("state").asString()).isEqualTo("PRUNED");
  }

  @Test
  void whoNeverAsksIsNeverStopped() {
    create(Map.of("metric", KEY, "halving", Map.of("min_resource", 1)));
    var good = sweep.work("a");
    var worse = sweep.work("b");
    sweep.log(good, KEY, 0.9, 1);
    assertThat(sweep.decision(good)).isEqualTo("CONTINUE");
    sweep.log(worse, KEY, 0.2, 1);
    await().until(() -> reports() == 2);
    sweep.end(worse, "FINISHED");
    soon("{\"RUNNING\":1,\"COMPLETE\":1}");
    assertThat(sweep.trial(1).path("value").doubleValue()).isEqualTo(0.2);
  }

  /** The same streams that `report` is held to, logged: what was STOP once stays so. */
  @ParameterizedTest
  @ValueSource(ints = {1, 9, 21})
  void decidesByMetricsAsOptunaDid(int line) {
    var study = Recordings.lines("pruner_streams.jsonl").get(line);
    var options = new LinkedHashMap<String, Object>();
    study
        .get("options")
        .properties()
        .forEach(option ->
            options.put(option.getKey().replaceFirst("^n_", ""), option.getValue().intValue()));
    create(
        Map.of(
            "metric",
            KEY,
            "take",
            "best",
            "goal",
            study.get("goal").stringValue(),
            study.get("pruner").stringValue(),
            options));
    var works = new ArrayList<JsonNode>();
    var reported = new HashSet<String>();
    var stopped = new HashSet<Integer>();
    int compared = 0;
    for (var event : study.get("events")) {
      int trial = event.get(0).intValue();
      while (works.size() <= trial) {
        works.add(sweep.work("key-" + works.size()));
      }
      if (event.size() == 2) {
        var state = event.get(1).stringValue();
        if (state.equals("complete")) {
          // So that there is a number, at a step that is no report's.
          sweep.log(works.get(trial), KEY, 0.5, -1);
        }
        mlflow(project).ok(sweep.tell(works.get(trial), state, null, null));
      } else if (reported.add(trial + " " + event.get(1))) {
        double value = Recordings.number(event.get(2));
        sweep.log(
            works.get(trial),
            KEY,
            Double.isFinite(value) ? value : String.valueOf(value),
            event.get(1).longValue());
        if (event.get(3).intValue() == 1) {
          stopped.add(trial);
        }
        assertThat(sweep.decision(works.get(trial)))
            .as("%s", event)
            .isEqualTo(stopped.contains(trial) ? "STOP" : "CONTINUE");
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(100);
  }

  @Test
  void whatARunLogsKeepsItsLease() {
    create(Map.of("metric", KEY, "trials", 1));
    var first = sweep.work("a");
    sweep.log(first, "train/loss", 1.0, 0);
    age("sweep_trial", "lease_ends");
    assertThat(sweep.ask("b").path("state").asString()).as("it was heard of").isEqualTo("WAIT");
    age("run_pulse", "reported");
    age("sweep_trial", "lease_ends");
    var second = sweep.work("b");
    assertThat(second.path("trial")).isEqualTo(first.path("trial"));
    assertThat(SweepCallsOf.run(second)).isNotEqualTo(SweepCallsOf.run(first));
    // Whoever lost it may log on; it counts for nothing.
    sweep.log(first, KEY, 0.99, 1);
    sweep.end(first, "FINISHED");
    sweep.log(second, KEY, 0.5, 1);
    sweep.end(second, "FINISHED");
    soon("{\"COMPLETE\":1}");
    assertThat(sweep.progress().at("/best/value").doubleValue()).isEqualTo(0.5);
    assertThat(sweep.shouldStop(first).status()).isEqualTo(409);
  }

  @Test
  void twoWhoLookAtOnceTakeEverythingOnce() throws Exception {
    create(Map.of("metric", KEY, "median", Map.of()));
    var work = sweep.work("a");
    var looks = new ArrayList<Callable<Void>>();
    for (int i = 0; i < 60; i++) {
      int step = i;
      looks.add(() -> {
        sweep.log(work, KEY, step, step);
        sweep.decision(work);
        return null;
      });
    }
    try (var workers = Executors.newFixedThreadPool(8)) {
      for (var done : workers.invokeAll(looks)) {
        done.get();
      }
    }
    assertThat(reports()).isEqualTo(60);
    assertThat(sweep.trial(0).at("/last/step").longValue()).isEqualTo(59);
  }

  @Test
  void aValueIsTakenFromTheMetricAloneAndToldOnce() {
    create(Map.of("metric", KEY));
    var work = sweep.work("a");
    assertRefused(sweep.tell(work, "complete", null, null), "has no value: its run logged nothing");
    sweep.log(work, KEY, 0.5, 0);
    assertRefused(
        sweep.tell(work, "complete", 0.9, null),
        "value: 0.9 (expected: none, since the plan takes it from metric 'val/accuracy' of the run)");
    for (int i = 0; i < 2; i++) {
      mlflow(project).ok(sweep.tell(work, "complete", null, null));
    }
    assertThat(sweep.progress().at("/best/value").doubleValue()).isEqualTo(0.5);
    assertThat(mlflow(project).readRun(SweepCallsOf.run(work)).at("/info/status").asString())
        .isEqualTo("FINISHED");
    assertThat(sweep.shouldStop(work).status()).isEqualTo(409);
  }

  @Test
  void theFrontHasWhatNoOtherBeatsInBoth() {
    create(Map.of("latency", Map.of()));
    var told =
        List.of(
            List.of(0.9, 40.0),
            List.of(0.8, 10.0),
            List.of(0.7, 20.0),
            List.of(0.8, 10.0),
            List.of(0.9, 41.0),
            List.of(0.6, 5.0));
    for (int i = 0; i < told.size(); i++) {
      var work = sweep.work("k" + i);
      mlflow(project).ok(sweep.tell(work, "complete", told.get(i).get(0), told.get(i).get(1)));
    }
    assertThat(numbers(sweep.progress().path("front"), "trial")).containsExactly(0, 1, 3, 5);
    var page = sweep.page();
    assertThat(numbers(page.path("front"), "number")).containsExactly(0, 1, 3, 5);
    assertThat(page.at("/front/0/latency").doubleValue()).isEqualTo(40);
    assertThat(page.at("/sweep/latency").booleanValue()).isTrue();
    assertThat(sweep.progress().at("/best/latency").doubleValue()).isEqualTo(40);
  }

  @Test
  void bothObjectivesMayBeMetrics() {
    create(Map.of("metric", KEY, "method", "tpe", "latency", Map.of("metric", "latency_ms")));
    for (int i = 0; i < 14; i++) {
      var work = sweep.work("k" + i);
      sweep.log(work, KEY, 0.5 + i / 100.0, 0);
      sweep.log(work, "latency_ms", 12.5, 0);
      sweep.end(work, "FINISHED");
    }
    var slow = sweep.work("slow");
    sweep.log(slow, KEY, 0.1, 0);
    sweep.log(slow, "latency_ms", 0, 0);
    sweep.end(slow, "FINISHED");
    soon("{\"COMPLETE\":14,\"FAILED\":1}");
    assertThat(numbers(sweep.progress().path("front"), "trial")).containsExactly(13);
    assertThat(sweep.trial(14).path("note").asString())
        .isEqualTo("its run logged 0.0 for 'latency_ms' (expected: milliseconds above 0)");
  }

  @Test
  void aLatencyThatIsNoneIsRefused() {
    create(Map.of("latency", Map.of()));
    var work = sweep.work("a");
    assertRefused(sweep.tell(work, "complete", 0.9, null), "latency: absent");
    assertRefused(sweep.tell(work, "complete", 0.9, 0), "latency: 0 (expected: milliseconds above");
    assertRefused(sweep.tell(work, "complete", 0.9, "NaN"), "latency: \"NaN\"");
    assertRefused(sweep.tell(work, "complete", 0.9, "Infinity"), "latency: \"Infinity\"");
    assertRefused(sweep.tell(work, "complete", null, 3), "value: absent");
    assertRefused(sweep.tell(work, "pruned", null, 3), "latency: 3 (expected: none");
    mlflow(project).ok(sweep.tell(work, "complete", 0.9, 3));
    assertThat(sweep.tell(work, "complete", 0.9, 4).status()).isEqualTo(409);
  }

  @Test
  void aPlanThatContradictsItselfIsRefused() {
    assertRefusedPlan(Map.of("take", "best"), "take: \"best\" (expected: none, since no metric");
    assertRefusedPlan(Map.of("metric", ""), "metric: \"\"");
    assertRefusedPlan(Map.of("metric", KEY, "take", "mean"), "take: \"mean\" (expected: one of");
    assertRefusedPlan(Map.of("metric", KEY, "latency", Map.of()), "latency: {} (expected: ");
    assertRefusedPlan(
        Map.of("latency", Map.of(), "median", Map.of()), "median: {} (expected: none, since");
    assertRefusedPlan(Map.of("latency", Map.of("unit", "s")), "latency.unit: unknown");
    create(Map.of());
    var work = sweep.work("a");
    assertRefused(
        sweep.tell(work, "complete", 0.5, 3), "latency: 3.0 (expected: none, since it is no");
  }

  private void assertRefusedPlan(Map<String, ?> more, String words) {
    assertRefused(sweep.create(plan(more)), words);
  }

  private static void assertRefused(Mlflow.Answer answer, String words) {
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(422);
    assertThat(answer.json().path("detail").asString()).contains(words);
  }

  private void create(Map<String, ?> more) {
    mlflow(project).ok(sweep.create(plan(more)));
  }

  private static Map<String, Object> plan(Map<String, ?> more) {
    var plan = new LinkedHashMap<String, Object>();
    plan.put("name", "s");
    plan.put("experiment", "e");
    plan.put("method", "random");
    plan.put("goal", "maximize");
    plan.put("trials", 100);
    plan.put("space", Map.of("x", Map.of("type", "float", "low", 0, "high", 1)));
    plan.putAll(more);
    return plan;
  }

  private void soon(String states) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(sweep.states()).isEqualTo(states));
  }

  private long reports() {
    return values().size();
  }

  private List<String> values() {
    return JdbcClient.create(database)
        .sql(
            """
            select r.step || ' ' || r.value from registry.sweep_report r
            join registry.sweep s on s.id = r.sweep where s.project = ? order by r.number, r.step
            """)
        .param(project.text())
        .query(String.class)
        .list();
  }

  private void age(String table, String column) {
    JdbcClient.create(database)
        .sql(
            """
            update registry.%s set %s = now() - interval '1 hour' where run in (
              select t.run from registry.sweep_trial t join registry.sweep s on s.id = t.sweep where s.project = ?)
            """
                .formatted(table, column))
        .param(project.text())
        .update();
  }

  private static List<Integer> numbers(JsonNode list, String field) {
    return list.valueStream().map(each -> each.path(field).intValue()).toList();
  }
}
