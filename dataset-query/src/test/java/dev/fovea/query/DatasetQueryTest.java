package dev.fovea.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries in processes of their own, among them those that never come back by themselves. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DatasetQueryTest {
  private static final QueryLimits SHORT = new QueryLimits(Duration.ofSeconds(1), 100, 64L << 20);

  @TempDir Path folder;
  private Cars cars;

  @BeforeEach
  void label() throws IOException {
    cars = Cars.inCoco(folder.resolve("work"));
  }

  private void assertNothingIsLeft() throws IOException {
    assertThat(cars.kept()).allMatch(each -> each.endsWith(".duckdb"));
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void answersAndKeepsTheTablesForTheNext() throws IOException {
    var sql = "select path, area from labels where class = 'car' order by area";

    var first = cars.query(sql, QueryLimits.DEFAULT);
    var tables = cars.kept();
    var second = cars.ask(sql);

    assertThat(first)
        .isEqualTo(
            new QueryResult(
                List.of("path", "area"),
                List.of(List.of("images/a.png", 400.0), List.of("images/b.png", 2000.0)),
                false))
        .isEqualTo(second);
    assertThat(cars.kept()).isEqualTo(tables).hasSize(1);
    assertNothingIsLeft();
  }

  @Test
  void asksTheLabelsAgainWhenTheyChange() throws IOException {
    var sql = "select count(*) from objects where label = 'car'";
    assertThat(cars.ask(sql).rows()).isEqualTo(List.of(List.of(2)));

    cars.write("data/annotations/instances_train.json", Cars.COCO.replace("\"car\"", "\"lorry\""));

    assertThat(cars.ask(sql).rows()).isEqualTo(List.of(List.of(0)));
  }

  /** Each is one call of one function, which DuckDB neither interrupts nor counts. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select levenshtein(repeat('a', 200000), repeat('b', 200000)) | the query was ended after 1"
            + " s",
        "select count(*) from range(9000000) a, range(90000) b where (a.range * b.range) % 7 = 3 |"
            + " after 1 s"
      })
  void endsWhatDoesNotEnd(String sql, String why) throws IOException {
    long begun = System.nanoTime();

    assertThatThrownBy(() -> cars.query(sql, SHORT))
        .isInstanceOf(QueryProblem.class)
        .hasMessageContaining(why);

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
    assertNothingIsLeft();
  }

  @Test
  void endsWhatGrowsTooLarge() throws IOException {
    var patient = new QueryLimits(Duration.ofSeconds(100), 100, SHORT.memoryBytes());

    assertThatThrownBy(() -> cars.query("select len(range(2000000000))", patient))
        .isInstanceOf(QueryProblem.class)
        .hasMessageContaining("the query was ended when its process had more than 640 MiB");

    assertNothingIsLeft();
  }

  /** No brackets to count: thousands of NOT, or of CASE. */
  @ParameterizedTest
  @ValueSource(strings = {"not ", "case when 1=1 then "})
  void survivesWhatIsDeepWithoutBrackets(String part) throws IOException {
    var sql = "select " + part.repeat(19_000 / part.length()) + "true";

    try {
      cars.query(sql, SHORT);
    } catch (QueryProblem e) {
      assertThat(e.explanation()).isNotBlank();
    }

    assertNothingIsLeft();
  }

  @Test
  void placesMistakesByLineAndColumn() {
    assertThatThrownBy(() -> cars.ask("select path,\n  'ü', pth\nfrom images"))
        .isInstanceOfSatisfying(
            QueryProblem.class,
            problem -> {
              assertThat(problem.explanation()).startsWith("line 2, column 8: ").contains("pth");
              assertThat(problem.remedy()).contains("images(path, split");
            });
  }

  @Test
  void saysWhatIsWrongWithTheLabels() throws IOException {
    cars.write("data/annotations/instances_train.json", "{\"images\": [{\"id\": ");

    assertThatThrownBy(() -> cars.ask("select 1"))
        .isInstanceOf(QueryProblem.class)
        .hasMessageContaining("instances_train.json");
    assertThat(cars.kept()).isEmpty();
  }
}
