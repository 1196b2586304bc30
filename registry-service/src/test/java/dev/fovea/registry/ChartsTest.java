package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Name;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ChartsTest extends RegistryTest {
  private static final String BULK = "/ajax-api/2.0/mlflow/metrics/get-history-bulk";
  private static final String INTERVAL = BULK + "-interval";
  private static final String DATASETS = "/ajax-api/2.0/mlflow/experiments/search-datasets";

  private final Name project = project();
  private Mlflow mlflow;

  @BeforeEach
  void signIn() {
    mlflow = mlflow(project);
  }

  @Test
  void theHistoriesOfSeveralRunsComeByRunAndTime() {
    var runs = new ArrayList<>(List.of(mlflow.run("0", "a"), mlflow.run("0", "b")));
    for (var run : runs) {
      log(run, point("loss", "0.5", 20, 1), point("loss", "0.7", 10, 2), point("other", "1", 1, 1));
    }
    var query = "run_id=%s&run_id=%s&metric_key=loss".formatted(runs.get(1), runs.get(0));
    var found = metrics(BULK, query);
    Collections.sort(runs);
    assertThat(found.valueStream().map(ChartsTest::written))
        .containsExactly(
            runs.get(0) + " loss 0.7 10 2",
            runs.get(0) + " loss 0.5 20 1",
            runs.get(1) + " loss 0.7 10 2",
            runs.get(1) + " loss 0.5 20 1");
    assertThat(metrics(BULK, query + "&max_results=3").size()).isEqualTo(3);
    assertThat(metrics(BULK, query + "&max_results=99999999999").size()).isEqualTo(4);
    assertThat(get(BULK, "run_id=" + "f".repeat(32) + "&metric_key=loss").json().toString())
        .isEqualTo("{\"metrics\":[]}");
  }

  @Test
  void aBulkOfHistoriesHasBounds() {
    assertThat(get(BULK, "metric_key=m").message())
        .isEqualTo("GetMetricHistoryBulk request must specify at least one run_id.");
    assertThat(get(BULK, "run_id=a").message())
        .isEqualTo("GetMetricHistoryBulk request must specify a metric_key.");
    assertThat(get(BULK, "metric_key=m" + "&run_id=a".repeat(101)).message())
        .isEqualTo(
            "GetMetricHistoryBulk request cannot specify more than 100 run_ids. Received 101 run_ids.");
    for (var wrong : List.of("0", "-1", "many", "9223372036854775808", "1.5")) {
      var answer = get(BULK, "run_id=a&metric_key=m&max_results=" + wrong);
      assertThat(answer.status()).as(wrong).isEqualTo(400);
      assertThat(answer.code()).isEqualTo("INVALID_PARAMETER_VALUE");
    }
    assertThat(get("/api/2.0/mlflow/metrics/get-history-bulk", "run_id=a&metric_key=m").code())
        .as("as MLflow's own server")
        .isEqualTo("ENDPOINT_NOT_FOUND");
  }

  @ParameterizedTest
  @ValueSource(strings = {INTERVAL, "/api/2.0/mlflow/metrics/get-history-bulk-interval"})
  void fewPointsComeAllByStep(String path) {
    var run = mlflow.run("0", "r");
    log(run, point("m", "2", 1, 9), point("m", "NaN", 2, -5), point("m", "1", 3, 9));
    assertThat(
            metrics(path, "run_ids=" + run + "&metric_key=m")
                .valueStream()
                .map(ChartsTest::written))
        .containsExactly(run + " m NaN 2 -5", run + " m 2.0 1 9", run + " m 1.0 3 9");
    assertThat(get(path, "run_ids=" + run + "&metric_key=none").json()).isEmpty();
  }

  @Test
  void aSampleOfManyPointsKeepsTheEndsAndEverySpike() {
    var run = mlflow.run("0", "r");
    logCurve(run, 10_000, Map.of(1_234, "1000", 7_771, "-1000", 5_000, "NaN", 5_001, "Infinity"));
    var found = metrics(INTERVAL, "run_ids=%s&metric_key=m&max_results=100".formatted(run));
    assertThat(found.size()).isBetween(60, 100);
    assertThat(found.valueStream().map(point -> point.path("step").intValue()).toList())
        .contains(0, 1_234, 5_000, 5_001, 7_771, 9_999)
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 100, 2_000})
  void aSampleIsNeverLargerThanAskedForAndFromFourPointsOnHasTheExtremes(int most) {
    var random = new Random(most);
    var run = mlflow.run("0", "r");
    int highest = 1 + random.nextInt(498);
    int lowest = 501 + random.nextInt(498);
    logCurve(run, 1_001, Map.of(highest, "50", lowest, "-50"));
    var steps = steps("run_ids=%s&metric_key=m&max_results=%d".formatted(run, most));
    assertThat(steps).hasSizeLessThanOrEqualTo(most).isSorted().contains(1_000);
    if (most > 1) {
      assertThat(steps).startsWith(0);
    }
    if (most >= 4) {
      assertThat(steps)
          .contains(highest, lowest)
          .hasSizeGreaterThanOrEqualTo(Math.min(most, 1_001) / 2);
    }
    if (most >= 1_001) {
      assertThat(steps).hasSize(1_001);
    }
  }

  @Test
  void aThousandPointsAtOneStepAreSampledToo() {
    var run = mlflow.run("0", "r");
    log(
        run,
        IntStream.range(0, 1_000)
            .mapToObj(i -> point("m", i == 640 ? "9" : "0." + i, 1_000 + i, 0))
            .toArray(Map[]::new));
    var found = metrics(INTERVAL, "run_ids=%s&metric_key=m&max_results=20".formatted(run));
    assertThat(found.size()).isLessThanOrEqualTo(20);
    assertThat(found.valueStream().map(point -> point.path("timestamp").intValue()).toList())
        .contains(1_000, 1_640, 1_999)
        .isSorted();
  }

  @Test
  void aMetricThatIsAlwaysTheSameOrNeverANumberHasASampleToo() {
    var run = mlflow.run("0", "r");
    for (var value : List.of("0.5", "NaN")) {
      var key = value.equals("NaN") ? "nan" : "same";
      log(
          run,
          IntStream.range(0, 1_000).mapToObj(i -> point(key, value, i, i)).toArray(Map[]::new));
      var found = metrics(INTERVAL, "run_ids=%s&metric_key=%s&max_results=10".formatted(run, key));
      assertThat(found.size()).as(key).isBetween(4, 10);
      assertThat(found.path(0).path("step").intValue()).isZero();
      assertThat(found.path(found.size() - 1).path("step").intValue()).isEqualTo(999);
    }
  }

  @Test
  void eachRunHasASampleOfItsOwnInTheOrderAskedFor() {
    var few = mlflow.run("0", "few");
    var many = mlflow.run("0", "many");
    log(few, point("m", "1", 1, 1), point("m", "2", 2, 2));
    logCurve(many, 1_000, Map.of());
    for (var order : List.of(List.of(few, many), List.of(many, few))) {
      var found =
          metrics(
              INTERVAL,
              "run_ids=%s&run_ids=%s&metric_key=m&max_results=10"
                  .formatted(order.get(0), order.get(1)));
      var runs = found.valueStream().map(point -> point.path("run_id").asString()).toList();
      assertThat(runs.stream().distinct()).containsExactlyElementsOf(order);
      assertThat(Collections.frequency(runs, few)).isEqualTo(2);
      assertThat(Collections.frequency(runs, many)).isBetween(5, 10);
    }
  }

  @Test
  void anIntervalOfStepsHasBothItsEnds() {
    var run = mlflow.run("0", "r");
    logCurve(run, 1_000, Map.of());
    var query = "run_ids=%s&metric_key=m".formatted(run);
    assertThat(steps(query + "&start_step=10&end_step=12")).containsExactly(10, 11, 12);
    assertThat(steps(query + "&start_step=100&end_step=899&max_results=8"))
        .startsWith(100)
        .endsWith(899)
        .hasSizeLessThanOrEqualTo(8);
    assertThat(steps(query + "&start_step=5000&end_step=6000")).isEmpty();
    for (var half : List.of("&start_step=1", "&end_step=1")) {
      assertThat(get(INTERVAL, query + half).message())
          .isEqualTo("If either start step or end step are specified, both must be specified.");
    }
    assertThat(get(INTERVAL, query + "&start_step=5&end_step=1").message())
        .isEqualTo("end_step must be greater than start_step. Found start_step=5 and end_step=1.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          metric_key=m                               | Missing value for required parameter 'run_ids'
          run_ids=a                                  | Missing value for required parameter 'metric_key'
          run_ids=a&metric_key=m&max_results=0       | max_results must be between 1 and 2500.
          run_ids=a&metric_key=m&max_results=2501    | max_results must be between 1 and 2500.
          run_ids=a&metric_key=m&start_step=x        | Invalid value "x" for parameter 'start_step' supplied
          """)
  void refusesIntervalsThatMeanNothing(String query, String words) {
    var answer = get(INTERVAL, query);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("INVALID_PARAMETER_VALUE");
    assertThat(answer.message()).startsWith(words);
  }

  @Test
  void anIntervalIsOfAtMostAHundredRuns() {
    assertThat(get(INTERVAL, "metric_key=m" + "&run_ids=a".repeat(101)).message())
        .isEqualTo(
            "GetMetricHistoryBulkInterval request must specify at most 100 run_ids. Received 101 run_ids. See the API docs for more information about request parameters.");
    assertThat(get(INTERVAL, "metric_key=m" + "&run_ids=a".repeat(100)).json()).isEmpty();
  }

  /** A2. */
  @Test
  void showsNoPointsOrDatasetsOfOtherProjects() {
    var run = mlflow.run("0", "r");
    log(run, point("m", "1", 1, 1));
    use(run, "digits", "1", "training");
    var stranger = mlflow(project());
    for (var call :
        List.of(
            BULK + "?run_id=" + run + "&metric_key=m",
            INTERVAL + "?run_ids=" + run + "&metric_key=m")) {
      assertThat(stranger.ok(stranger.send("GET", call, new byte[0], "")).path("metrics"))
          .isEmpty();
    }
    assertThat(stranger.ok(datasets(stranger, "0"))).isEmpty();
  }

  @Test
  void listsTheDatasetsOfExperimentsWithWhatTheyWereUsedFor() {
    var first = mlflow.experiment("first");
    var second = mlflow.experiment("second");
    var run = mlflow.run(first, "a");
    use(run, "digits", "1", "training");
    use(mlflow.run(first, "b"), "digits", "1", "training");
    use(mlflow.run(first, "c"), "digits", "1", "evaluation");
    use(mlflow.run(second, "d"), "letters", "2", "");
    var gone = mlflow.run(second, "e");
    use(gone, "gone", "3", "training");
    mlflow.ok(mlflow.post("runs/delete", Map.of("run_id", gone)));
    var found = mlflow.ok(datasets(mlflow, first, second));
    assertThat(found.path("dataset_summaries").valueStream().map(JsonNode::toString))
        .containsExactly(
            "{\"experiment_id\":\"%s\",\"name\":\"digits\",\"digest\":\"1\",\"context\":\"evaluation\"}"
                .formatted(first),
            "{\"experiment_id\":\"%s\",\"name\":\"digits\",\"digest\":\"1\",\"context\":\"training\"}"
                .formatted(first),
            "{\"experiment_id\":\"%s\",\"name\":\"letters\",\"digest\":\"2\"}".formatted(second));
    assertThat(mlflow.ok(datasets(mlflow, second)).path("dataset_summaries").size()).isEqualTo(1);
  }

  @Test
  void refusesSearchesForDatasetsOfNothingOrOfTooMuch() {
    assertThat(datasets(mlflow).message())
        .isEqualTo("SearchDatasets request must specify at least one experiment_id.");
    assertThat(datasets(mlflow, Collections.nCopies(21, "0").toArray(String[]::new)).message())
        .isEqualTo(
            "SearchDatasets request cannot specify more than 20 experiment_ids. Received 21 experiment_ids.");
    assertThat(datasets(mlflow, "abc").message())
        .isEqualTo("Invalid experiment ID 'abc'. Experiment ID must be a valid integer.");
    assertThat(
            mlflow
                .post("experiments/search-datasets", Map.of("experiment_ids", List.of("0")))
                .status())
        .as("as MLflow's own server")
        .isEqualTo(404);
  }

  private Mlflow.Answer get(String path, String query) {
    return mlflow.send("GET", path + "?" + query, new byte[0], "");
  }

  private JsonNode metrics(String path, String query) {
    return mlflow.ok(get(path, query)).path("metrics");
  }

  private List<Integer> steps(String query) {
    return metrics(INTERVAL, query)
        .valueStream()
        .map(point -> point.path("step").intValue())
        .toList();
  }

  private static Mlflow.Answer datasets(Mlflow mlflow, String... experiments) {
    return mlflow.send(
        "POST", DATASETS, Mlflow.json(Map.of("experiment_ids", experiments)), "application/json");
  }

  private void use(String run, String name, String digest, String context) {
    var dataset = Map.of("name", name, "digest", digest, "source_type", "local", "source", "{}");
    var tags =
        context.isEmpty()
            ? List.of()
            : List.of(Map.of("key", "mlflow.data.context", "value", context));
    mlflow.ok(
        mlflow.post(
            "runs/log-inputs",
            Map.of("run_id", run, "datasets", List.of(Map.of("dataset", dataset, "tags", tags)))));
  }

  /** A slow wave between -1 and 1, with other values at some steps. */
  private void logCurve(String run, int points, Map<Integer, String> others) {
    for (int begin = 0; begin < points; begin += 1_000) {
      log(
          run,
          IntStream.range(begin, Math.min(points, begin + 1_000))
              .mapToObj(i ->
                  point("m", others.getOrDefault(i, Double.toString(Math.sin(i / 100.0))), i, i))
              .toArray(Map[]::new));
    }
  }

  private void log(String run, Map<?, ?>... points) {
    mlflow.ok(mlflow.post("runs/log-batch", Map.of("run_id", run, "metrics", points)));
  }

  private static Map<String, Object> point(String key, String value, long at, long step) {
    return Map.of("key", key, "value", value, "timestamp", at, "step", step);
  }

  private static String written(JsonNode point) {
    return "%s %s %s %d %d"
        .formatted(
            point.path("run_id").asString(),
            point.path("key").asString(),
            point.path("value").asString(),
            point.path("timestamp").longValue(),
            point.path("step").longValue());
  }
}
