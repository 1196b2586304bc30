package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Name;
import dev.fovea.registry.sweep.Recordings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SweepsTest extends RegistryTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Name project = project();
  private String token = "";

  @BeforeEach
  void signIn() {
    token = token(project.text(), Role.ENGINEER);
  }

  @Test
  void aSweepGoesFromItsPlanToItsBestTrial() {
    var made = create(plan("lr-search", "random", 3));
    assertThat(made.toString())
        .isEqualTo(
            "{\"name\":\"lr-search\",\"trials\":3,\"states\":{},\"best\":null,\"front\":[]}");
    var runs = new ArrayList<String>();
    for (int i = 0; i < 3; i++) {
      var work = work("lr-search", "key-" + i);
      assertThat(work.get("trial").intValue()).isEqualTo(i);
      assertThat(work.get("params").get("lr").doubleValue()).isBetween(1e-5, 0.1);
      runs.add(work.get("runId").stringValue());
      assertThat(report("lr-search", work, 1, 0.5).get("decision").stringValue())
          .isEqualTo("CONTINUE");
      var told = tell("lr-search", work, "complete", 10.0 - i);
      assertThat(told.get("state").stringValue()).isEqualTo("COMPLETE");
      assertThat(tell("lr-search", work, "complete", 10.0 - i)).isEqualTo(told);
    }
    assertThat(ask("lr-search", "key-3").get("state").stringValue()).isEqualTo("DONE");
    var progress = send("GET", "lr-search", "").json();
    assertThat(progress.get("states").toString()).isEqualTo("{\"COMPLETE\":3}");
    assertThat(progress.get("best").get("trial").intValue()).isEqualTo(2);
    assertThat(progress.get("best").get("value").doubleValue()).isEqualTo(8.0);
    assertThat(progress.get("best").get("runId").stringValue()).isEqualTo(runs.get(2));
  }

  @Test
  void aReportTellsOfTheTrialsAndWhatWasBest() {
    create(plan("told", "random", 30));
    var values = List.of(5.0, 7.0, 3.0, 4.0, 2.5);
    for (int i = 0; i < values.size(); i++) {
      tell("told", work("told", "key-" + i), "complete", values.get(i));
    }
    var pruned = work("told", "key-pruned");
    for (int step = 0; step < 200; step++) {
      report("told", pruned, step, step == 7 ? Double.NaN : step);
    }
    tell("told", pruned, "pruned", null);
    var running = work("told", "key-running");
    var report = send("GET", "told/report?from=2&limit=4", "").json();
    assertThat(report.at("/sweep/trials").toString())
        .isEqualTo("{\"RUNNING\":1,\"COMPLETE\":5,\"PRUNED\":1}");
    assertThat(report.at("/sweep/best").doubleValue()).isEqualTo(2.5);
    assertThat(report.at("/sweep/method").stringValue()).isEqualTo("random");
    assertThat(numbers(report.path("trials"), "number")).containsExactly(2L, 3L, 4L, 5L);
    assertThat(numbers(report.path("improvements"), "number")).containsExactly(0L, 2L, 4L);
    assertThat(report.path("sample").size()).isEqualTo(7);
    var last = report.path("sample").path(6);
    assertThat(last.path("run").stringValue()).isEqualTo(running.get("runId").stringValue());
    assertThat(last.path("params").path("lr").stringValue())
        .isEqualTo(running.get("params").get("lr").asString());
    assertThat(last.path("late").booleanValue()).isFalse();
    var course = report.at("/courses/0");
    assertThat(course.path("trial").intValue()).isEqualTo(5);
    assertThat(course.path("reports").size()).isBetween(30, 60);
    assertThat(numbers(course.path("reports"), "step")).startsWith(0L).endsWith(199L);
    assertThat(report.path("axes").toString())
        .contains("{\"name\":\"lr\",\"log\":true,\"number\":true}");
    create(plan("fresh", "random", 3));
    assertThat(
            send("GET", "", "").json().valueStream().map(each -> each.path("name").stringValue()))
        .containsExactly("fresh", "told");
    assertThat(send("GET", "fresh/report", "").json().path("trials")).isEmpty();
    assertThat(send("GET", "none/report", "").status()).isEqualTo(404);
    assertThat(send("GET", "told/report?limit=501", "").status()).isEqualTo(422);
    assertThat(send("GET", "told/report?from=-1", "").status()).isEqualTo(422);
  }

  private static List<Long> numbers(JsonNode list, String field) {
    return list.valueStream().map(each -> each.path(field).longValue()).toList();
  }

  @Test
  void aTrialIsARunOfMlflow() {
    create(plan("with-runs", "tpe", 10));
    var work = work("with-runs", "one");
    var run = run(work.get("runId").stringValue());
    assertThat(run.at("/info/status").stringValue()).isEqualTo("RUNNING");
    assertThat(run.at("/info/run_name").stringValue()).isEqualTo("with-runs-0");
    assertThat(pairs(run.at("/data/params")))
        .containsEntry("lr", work.get("params").get("lr").asString())
        .containsEntry("optimizer", work.get("params").get("optimizer").asString());
    assertThat(pairs(run.at("/data/tags")))
        .containsEntry("fovea.sweep", "with-runs")
        .containsEntry("fovea.sweep.trial", "0");
    tell("with-runs", work, "pruned", null);
    assertThat(run(work.get("runId").stringValue()).at("/info/status").stringValue())
        .isEqualTo("KILLED");
  }

  @Test
  void aRunThatWasDeletedDoesNotHoldItsTrial() {
    create(plan("deleted", "random", 2));
    var work = work("deleted", "one");
    mlflow(project).post("runs/delete", Map.of("run_id", work.get("runId").stringValue()));
    assertThat(tell("deleted", work, "failed", null).get("state").stringValue())
        .isEqualTo("FAILED");
  }

  @Test
  void fiftyWhoAskAtOnceGetFiftyTrials() throws Exception {
    create(plan("crowd", "tpe", 50));
    try (var workers = Executors.newFixedThreadPool(10)) {
      var asked =
          workers.invokeAll(
              IntStream.range(0, 60)
                  .<Callable<JsonNode>>mapToObj(i -> () -> ask("crowd", "key-" + i))
                  .toList());
      var numbers = new ArrayList<Integer>();
      int waiting = 0;
      for (var answer : asked) {
        var json = answer.get();
        if (json.get("state").stringValue().equals("TRIAL")) {
          numbers.add(json.get("work").get("trial").intValue());
        } else {
          assertThat(json.get("state").stringValue()).isEqualTo("WAIT");
          waiting++;
        }
      }
      assertThat(numbers)
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 50).boxed().toList());
      assertThat(waiting).isEqualTo(10);
    }
  }

  @Test
  void theSameKeyIsTheSameTrialUntilItIsOver() {
    create(plan("keys", "random", 10));
    var work = work("keys", "a");
    var again = work("keys", "a");
    assertThat(again.get("trial")).isEqualTo(work.get("trial"));
    assertThat(again.get("lease")).isEqualTo(work.get("lease"));
    assertThat(again.get("runId")).isEqualTo(work.get("runId"));
    assertThat(work("keys", "b").get("trial").intValue()).isEqualTo(1);
    tell("keys", work, "failed", null);
    var late = send("POST", "keys/ask", question("a", 60));
    assertThat(late.status()).isEqualTo(409);
    assertThat(late.text()).contains("key 'a' was used for trial 0, which is FAILED");
  }

  @Test
  void aLeaseThatEndedIsTakenByWhoAsksNext() {
    create(plan("leases", "random", 1));
    var first = work("leases", "a");
    report("leases", first, 1, 0.5);
    assertThat(ask("leases", "b").get("state").stringValue()).isEqualTo("WAIT");
    endLeases();
    // Nobody has asked: whoever held it may go on.
    report("leases", first, 2, 0.4);
    assertThat(ask("leases", "b").get("state").stringValue()).isEqualTo("WAIT");

    endLeases();
    var second = work("leases", "b");
    assertThat(second.get("trial")).isEqualTo(first.get("trial"));
    assertThat(second.get("params")).isEqualTo(first.get("params"));
    assertThat(second.get("runId")).isNotEqualTo(first.get("runId"));
    assertThat(run(first.get("runId").stringValue()).at("/info/status").stringValue())
        .isEqualTo("FAILED");
    var lost = send("POST", "leases/trials/0/report", reported(first, 3, 0.3));
    assertThat(lost.status()).isEqualTo(409);
    assertThat(lost.text()).contains("was given to another worker: the lease had ended");
    var told =
        send(
            "POST",
            "leases/trials/0/tell",
            Map.of("lease", first.get("lease").stringValue(), "state", "failed"));
    assertThat(told.status()).isEqualTo(409);

    endLeases();
    var third = work("leases", "c");
    endLeases();
    assertThat(ask("leases", "d").get("state").stringValue())
        .as("three have had it")
        .isEqualTo("DONE");
    assertThat(run(third.get("runId").stringValue()).at("/info/status").stringValue())
        .isEqualTo("FAILED");
    assertThat(send("GET", "leases", "").json().get("states").toString())
        .isEqualTo("{\"FAILED\":1}");
  }

  @Test
  void aGridEndsWhereItsPointsEnd() {
    create(
        """
        {"name": "grid", "experiment": "e", "method": "grid", "goal": "maximize", "trials": 100,
         "space": {"a": {"type": "int", "low": 1, "high": 2}, "b": {"type": "categorical", "choices": ["x", "y"]}}}
        """);
    var seen = new ArrayList<String>();
    for (var asked = ask("grid", "0");
        asked.get("state").stringValue().equals("TRIAL");
        asked = ask("grid", "" + seen.size())) {
      seen.add(asked.get("work").get("params").toString());
      tell("grid", asked.get("work"), "complete", 1.0);
    }
    assertThat(seen)
        .containsExactly(
            "{\"a\":1,\"b\":\"x\"}",
            "{\"a\":1,\"b\":\"y\"}",
            "{\"a\":2,\"b\":\"x\"}",
            "{\"a\":2,\"b\":\"y\"}");
  }

  /** What PostgreSQL answers of the other trials is what Optuna's storage does. */
  @ParameterizedTest
  @ValueSource(ints = {1, 9, 16, 21, 26})
  void decidesAsOptunaDid(int line) {
    var study = Recordings.lines("pruner_streams.jsonl").get(line);
    var options = new LinkedHashMap<String, Object>();
    study
        .get("options")
        .properties()
        .forEach(option ->
            options.put(option.getKey().replaceFirst("^n_", ""), option.getValue().intValue()));
    create(
        JSON.writeValueAsString(
            Map.of(
                "name",
                "replay",
                "experiment",
                "e",
                "method",
                "random",
                "goal",
                study.get("goal").stringValue(),
                "trials",
                100,
                "space",
                Map.of("x", Map.of("type", "float", "low", 0, "high", 1)),
                study.get("pruner").stringValue(),
                options)));
    var works = new ArrayList<JsonNode>();
    var reported = new HashSet<String>();
    int compared = 0;
    for (var event : study.get("events")) {
      int trial = event.get(0).intValue();
      while (works.size() <= trial) {
        works.add(work("replay", "key-" + works.size()));
      }
      if (event.size() == 2) {
        var state = event.get(1).stringValue();
        tell("replay", works.get(trial), state, state.equals("complete") ? 0.0 : null);
      } else if (reported.add(trial + " " + event.get(1))) {
        double value = Recordings.number(event.get(2));
        var decision = report("replay", works.get(trial), event.get(1).longValue(), value);
        assertThat(decision.get("decision").stringValue())
            .as("%s", event)
            .isEqualTo(event.get(3).intValue() == 1 ? "STOP" : "CONTINUE");
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(100);
  }

  @Test
  void aReportThatIsRepeatedIsAnsweredAsBefore() {
    create(
        plan("repeated", "random", 9)
            .replace("\"seed\"", "\"halving\": {\"min_resource\": 1}, \"seed\""));
    var best = work("repeated", "a");
    var worse = work("repeated", "b");
    assertThat(report("repeated", best, 1, 0.1).get("decision").stringValue())
        .isEqualTo("CONTINUE");
    for (int i = 0; i < 3; i++) {
      assertThat(report("repeated", worse, 1, 0.2).get("decision").stringValue()).isEqualTo("STOP");
    }
  }

  @Test
  void aPlanIsMadeOnceForItsName() {
    var plan = plan("once", "random", 3);
    create(plan);
    work("once", "a");
    assertThat(create(plan).get("states").toString()).isEqualTo("{\"RUNNING\":1}");
    var other = send("POST", "", plan("once", "random", 4));
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.text()).contains("exists with another plan");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'goal': 'minimize' | 'goal': 'least' | goal: \\\"least\\\" (expected: one of [minimize, maximize])",
        "'trials': 3 | 'trials': 0 | trials: 0 (expected: a whole number from 1 to 10000)",
        "'trials': 3 | 'trials': 3, 'trails': 4 | trails: unknown",
        "'trials': 3 | 'trials': 3, 'trials': 4 | body: not JSON: Duplicate",
        "'low': 1e-05 | 'low': 0 | space.lr.low: 0 (expected: above 0, since log is true)",
        "'method': 'random' | 'method': 'grid' | space.lr: a continuum",
        "'name': 'bad' | 'name': 'Bad Name' | name: 'Bad Name'",
        "'name': 'bad' | 'name': 7 | name: 7 (expected: 1 to 100 characters",
        "'trials': 3 | 'trials': 3, 'median': {'min_trials': 0} | median.min_trials: 0",
        "'trials': 3 | 'trials': 3, 'halving': {'bootstrap_count': 2} | bootstrap_count: 2",
        "'trials': 3 | 'trials': 3, 'halving': {}, 'median': {} | median: {} (expected: none, since halving is given)",
        "'trials': 3 | 'trials': 3, 'halving': 1 | halving: 1 (expected: an object)"
      })
  void refusesAPlanByTheFieldsName(String part, String changed, String message) {
    var plan = plan("bad", "random", 3);
    var asked = part.replace('\'', '"');
    assertThat(plan).contains(asked);
    var refused = send("POST", "", plan.replace(asked, changed.replace('\'', '"')));
    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
    assertThat(refused.text()).contains(message);
    assertThat(send("GET", "bad", "").status()).isEqualTo(404);
  }

  @Test
  void refusesWhatATrialCannotComeTo() {
    create(plan("strict", "random", 3));
    var work = work("strict", "a");
    var lease = work.get("lease").stringValue();
    assertRefused(422, "strict/ask", "[]", "body: [] (expected: an object)");
    assertRefused(422, "strict/ask", "{\"worker\": \"w\", \"key\": \"k\"}", "leaseSeconds: absent");
    assertRefused(422, "strict/ask", question("k\\u0000", 60), "key");
    assertRefused(422, "strict/ask", question("k", 0), "leaseSeconds: 0");
    assertRefused(404, "none/ask", question("k", 60), "sweep");
    assertRefused(404, "strict/trials/7/report", reported(work, 1, 1), "trial");
    assertRefused(422, "strict/trials/0/report", reported(work, -1, 1), "step: -1");
    assertRefused(
        409, "strict/trials/0/report", "{\"lease\": \"x\", \"step\": 1, \"value\": 1}", "");
    for (var told :
        List.of(
            Map.of("lease", lease, "state", "running"),
            Map.of("lease", lease, "state", "complete"),
            Map.of("lease", lease, "state", "complete", "value", "NaN"),
            Map.of("lease", lease, "state", "pruned", "value", 1))) {
      assertRefused(422, "strict/trials/0/tell", JSON.writeValueAsString(told), "expected");
    }
    assertRefused(422, "strict/ask", " ".repeat(600_000), "body: more than 524288 bytes");
    tell("strict", work, "complete", 1.0);
    assertRefused(
        409,
        "strict/trials/0/tell",
        Map.of("lease", lease, "state", "complete", "value", 2),
        "trial 0 of sweep 'strict' is COMPLETE");
  }

  @Test
  void reportsMayBeNoNumbers() {
    create(plan("odd", "random", 3));
    var work = work("odd", "a");
    report("odd", work, 1, Double.NaN);
    report("odd", work, 2, Double.POSITIVE_INFINITY);
    tell("odd", work, "pruned", null);
    assertThat(send("GET", "odd", "").json().get("states").toString()).isEqualTo("{\"PRUNED\":1}");
  }

  private void assertRefused(int status, String path, Object body, String words) {
    var answer = send("POST", path, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.text()).contains(words);
  }

  private void endLeases() {
    JdbcClient.create(database)
        .sql(
            """
            update registry.sweep_trial set lease_ends = now() - interval '1 second'
            where sweep in (select id from registry.sweep where project = ?)
            """)
        .param(project.text())
        .update();
  }

  private static String plan(String name, String method, int trials) {
    return """
    {"name": "%s", "experiment": "sweeps", "method": "%s", "goal": "minimize", "trials": %d, "seed": 1,
     "space": {"lr": {"type": "float", "low": 1e-05, "high": 0.1, "log": true},
               "optimizer": {"type": "categorical", "choices": ["sgd", "adamw"]}}}
    """
        .formatted(name, method, trials);
  }

  private JsonNode create(String plan) {
    return ok(send("POST", "", plan));
  }

  private JsonNode ask(String sweep, String key) {
    return ok(send("POST", sweep + "/ask", question(key, 60)));
  }

  private JsonNode work(String sweep, String key) {
    var asked = ask(sweep, key);
    assertThat(asked.get("state").stringValue()).isEqualTo("TRIAL");
    return asked.get("work");
  }

  private static String question(String key, int seconds) {
    return "{\"worker\": \"w\", \"key\": \"%s\", \"leaseSeconds\": %d}".formatted(key, seconds);
  }

  private JsonNode report(String sweep, JsonNode work, long step, double value) {
    return ok(
        send(
            "POST",
            "%s/trials/%s/report".formatted(sweep, work.get("trial")),
            reported(work, step, value)));
  }

  private static Map<String, Object> reported(JsonNode work, long step, double value) {
    return Map.of(
        "lease",
        work.get("lease").stringValue(),
        "step",
        step,
        "value",
        Double.isFinite(value) ? value : String.valueOf(value));
  }

  private JsonNode tell(String sweep, JsonNode work, String state, @Nullable Double value) {
    var body = new LinkedHashMap<String, Object>();
    body.put("lease", work.get("lease").stringValue());
    body.put("state", state);
    if (value != null) {
      body.put("value", value);
    }
    return ok(send("POST", "%s/trials/%s/tell".formatted(sweep, work.get("trial")), body));
  }

  private JsonNode run(String id) {
    return mlflow(project).get("runs/get", Map.of("run_id", id)).json().get("run");
  }

  private static Map<String, String> pairs(JsonNode list) {
    var pairs = new LinkedHashMap<String, String>();
    list.forEach(pair -> pairs.put(pair.get("key").stringValue(), pair.get("value").stringValue()));
    return pairs;
  }

  private static JsonNode ok(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private record Answer(int status, String text) {
    JsonNode json() {
      return JSON.readTree(text);
    }
  }

  private Answer send(String method, String path, Object body) {
    var address =
        "%s/api/v1/projects/%s/sweeps%s"
            .formatted(server(), project, path.isEmpty() ? "" : "/" + path);
    var text = body instanceof String written ? written : JSON.writeValueAsString(body);
    var request =
        HttpRequest.newBuilder(URI.create(address))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(
                method,
                method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(text))
            .build();
    try {
      HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
