package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Name;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchTest extends RegistryTest {
  private final Name project = project();
  private Mlflow mlflow;
  private String experiment;

  @BeforeEach
  void threeRuns() {
    mlflow = mlflow(project);
    experiment = mlflow.experiment("e");
    log("best", "0.1", 0.1, Map.of("team", "vision"));
    log("worst", "0.01", 0.9, Map.of());
    log("broken", "0.1", Double.NaN, Map.of("team", "Visual 100%"));
    mlflow.run(experiment, "empty");
  }

  private void log(String name, String rate, double loss, Map<String, String> tags) {
    var run = mlflow.run(experiment, name);
    mlflow.ok(
        mlflow.post(
            "runs/log-batch",
            Map.of(
                "run_id", run,
                "params", List.of(Map.of("key", "learning rate", "value", rate)),
                "metrics",
                    List.of(
                        Map.of(
                            "key",
                            "loss",
                            "value",
                            Double.isNaN(loss) ? "NaN" : loss,
                            "timestamp",
                            1,
                            "step",
                            1)),
                "tags",
                    tags.entrySet().stream()
                        .map(t -> Map.of("key", t.getKey(), "value", t.getValue()))
                        .toList())));
  }

  @Test
  void comparesMetricsAsNumbersAndNeverNan() {
    assertThat(mlflow.search(experiment, "metrics.loss <= 0.9", "metrics.loss DESC"))
        .containsExactly("worst", "best");
    assertThat(mlflow.search(experiment, "metrics.loss > -1e10")).doesNotContain("broken", "empty");
    assertThat(mlflow.search(experiment, "metrics.loss != 0.1"))
        .containsExactlyInAnyOrder("worst", "broken");
  }

  @Test
  void comparesTextsByWholeAndByPattern() {
    assertThat(mlflow.search(experiment, "params.`learning rate` = '0.1'"))
        .containsExactlyInAnyOrder("best", "broken");
    assertThat(mlflow.search(experiment, "params.\"learning rate\" != '0.1'"))
        .containsExactly("worst");
    assertThat(mlflow.search(experiment, "tags.team LIKE 'vis%'")).containsExactly("best");
    assertThat(mlflow.search(experiment, "tags.team ILIKE 'VIS%'"))
        .containsExactlyInAnyOrder("best", "broken");
    assertThat(mlflow.search(experiment, "tags.team IS NULL"))
        .containsExactlyInAnyOrder("worst", "empty");
    assertThat(
            mlflow.search(
                experiment, "attributes.run_name = 'best' AND attribute.status = 'RUNNING'"))
        .containsExactly("best");
    assertThat(mlflow.search(experiment, "start_time >= 1700000000000 AND tags.team = 'vision'"))
        .containsExactly("best");
  }

  @Test
  void putsValuesFirstThenNanThenMissingInBothDirections() {
    assertThat(mlflow.search(experiment, "", "metrics.loss ASC"))
        .containsExactly("best", "worst", "broken", "empty");
    assertThat(mlflow.search(experiment, "", "metrics.loss DESC"))
        .containsExactly("worst", "best", "broken", "empty");
    assertThat(mlflow.search(experiment, "", "params.`learning rate`", "attributes.run_name DESC"))
        .containsExactly("worst", "broken", "best", "empty");
  }

  @Test
  void pagesWithoutLossOrRepeat() {
    var body =
        Map.of(
            "experiment_ids",
            List.of(experiment),
            "max_results",
            3,
            "order_by",
            List.of("attributes.run_name"));
    var first = mlflow.ok(mlflow.post("runs/search", body));
    var token = first.path("next_page_token").asString();
    var second =
        mlflow.ok(
            mlflow.post(
                "runs/search",
                Map.of(
                    "experiment_ids",
                    List.of(experiment),
                    "max_results",
                    3,
                    "order_by",
                    List.of("attributes.run_name"),
                    "page_token",
                    token)));
    assertThat(first.path("runs").size()).isEqualTo(3);
    assertThat(second.path("runs").size()).isEqualTo(1);
    assertThat(second.has("next_page_token")).isFalse();
    for (var altered : List.of("x", "e30=", "eyJvZmZzZXQiOiAtMX0=", token + token)) {
      assertThat(
              mlflow
                  .post(
                      "runs/search",
                      Map.of("experiment_ids", List.of(experiment), "page_token", altered))
                  .status())
          .as(altered)
          .isEqualTo(400);
    }
  }

  /** R7: what is no filter is refused, and none reaches another project's rows. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "params.a = '1' OR params.a = '2'",
        "params.a = '1'; drop table registry.run",
        "params.a = '1' -- ",
        "params.a = '1' /* */",
        "params.a = '",
        "metrics.loss = 'x'",
        "params.a > '1'",
        "params.a = 1",
        "secrets.token = 'x'",
        "attributes.project = 'other'",
        "attributes.id = 'x' or 1 = 1",
        "run_name IN ('a', 'b')",
        "AND",
        "tags.t LIKE '%a%b%c%d%e%f%g%h%i%j%'",
        "(params.a = '1')"
      })
  void refusesWhatIsNoFilter(String filter) {
    var answer =
        mlflow.post("runs/search", Map.of("experiment_ids", List.of(experiment), "filter", filter));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("INVALID_PARAMETER_VALUE");
  }

  /** R7. */
  @Test
  void treatsQuotesInValuesAsText() {
    assertThat(mlflow.search(experiment, "tags.team = '''; select 1; --'")).isEmpty();
    assertThat(mlflow.search(experiment, "tags.`x' or '1'='1` = 'y'")).isEmpty();
  }

  /** R7. */
  @Test
  void boundsTheLengthOfFiltersAndOrders() {
    var many = String.join(" AND ", Collections.nCopies(10_000, "metrics.a > 1"));
    var answer =
        mlflow.post("runs/search", Map.of("experiment_ids", List.of(experiment), "filter", many));
    assertThat(answer.status()).isEqualTo(400);
    for (var order :
        List.of(
            "attributes.run_name; drop", "metrics.", "attributes.password", "run_name sideways")) {
      assertThat(
              mlflow
                  .post(
                      "runs/search",
                      Map.of("experiment_ids", List.of(experiment), "order_by", List.of(order)))
                  .status())
          .as(order)
          .isEqualTo(400);
    }
    assertThat(
            mlflow
                .post(
                    "runs/search",
                    Map.of(
                        "experiment_ids",
                        List.of(experiment),
                        "order_by",
                        List.of("run_name", "run_name")))
                .message())
        .contains("`order_by` contains duplicate fields");
  }

  @Test
  void refusesPageSizesThatMlflowRefuses() {
    assertThat(
            mlflow
                .post(
                    "runs/search",
                    Map.of("experiment_ids", List.of(experiment), "max_results", 50_001))
                .message())
        .contains("Invalid value 50001 for parameter 'max_results' supplied");
    assertThat(
            mlflow
                .post(
                    "runs/search", Map.of("experiment_ids", List.of(experiment), "max_results", 0))
                .message())
        .contains("It must be a positive integer");
  }

  @Test
  void findsExperimentsByNameAndTag() {
    mlflow.ok(
        mlflow.post(
            "experiments/set-experiment-tag",
            Map.of("experiment_id", experiment, "key", "k", "value", "v")));
    var found =
        mlflow.ok(
            mlflow.post(
                "experiments/search",
                Map.of("filter", "name = 'e' AND tags.k = 'v'", "max_results", 10)));
    assertThat(found.path("experiments").size()).isEqualTo(1);
    assertThat(found.at("/experiments/0/tags/0/value").asString()).isEqualTo("v");
    var all =
        mlflow.ok(
            mlflow.post(
                "experiments/search", Map.of("max_results", 10, "order_by", List.of("name ASC"))));
    assertThat(all.path("experiments").valueStream().map(e -> e.path("name").asString()))
        .containsExactly("Default", "e");
  }
}
