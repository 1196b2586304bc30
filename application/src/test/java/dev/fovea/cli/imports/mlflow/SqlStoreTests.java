package dev.fovea.cli.imports.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.cli.imports.Tracked;
import dev.fovea.cli.imports.rest.Patience;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.RegisteredModel;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.source.SourceFile;
import dev.fovea.cli.imports.source.SourceRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that stock MLflow made, and what somebody made of it. */
class SqlStoreTests {
  @TempDir private Path folder;
  private final Remarks remarks = new Remarks();
  private Path file;

  @BeforeEach
  void unpack() throws IOException {
    file = Tracked.in(folder).resolve("sql/mlflow.db");
  }

  private Source open() throws IOException {
    return new MlflowSource("sqlite:///" + file, "default", List.of(), true)
        .open(Map.of(), Patience.USUAL, remarks);
  }

  private void execute(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void readsWhatStockMlflowWrote() throws IOException {
    try (var source = open()) {
      var runs = new ArrayList<SourceRun>();
      for (var experiment : source.experiments()) {
        source.runs(experiment, runs::add);
      }
      assertThat(runs)
          .extracting(run -> run.name() + " " + run.status())
          .containsExactlyInAnyOrder(
              "first FINISHED",
              "child FAILED",
              "running RUNNING",
              "killed KILLED",
              "with model FINISHED");
      var first = runs.stream().filter(run -> run.name().equals("first")).findFirst().orElseThrow();
      assertThat(first.params()).hasSize(104);
      assertThat(first.datasets()).hasSize(2).allMatch(used -> used.tags().size() == 1);
      var points = new HashSet<Point>();
      source.points(first, points::add);
      assertThat(points).hasSize(700 + 6 + 2);
      assertThat(points).anyMatch(point -> Double.isNaN(point.value()));
      // The database says that they are in /srv/team/sql: it has been moved here.
      assertThat(source.files(first))
          .extracting(SourceFile::path)
          .containsExactlyInAnyOrder(
              "empty", "notes.txt", "plots/a b+c%20.bin", "plots/deep/grün.txt");
      assertThat(source.registeredModels())
          .filteredOn(model -> model.name().equals("digit-reader"))
          .singleElement()
          .satisfies(model ->
              assertThat(model.versions())
                  .extracting(RegisteredModel.Version::number)
                  .containsExactly(1, 3));
      var digits =
          source.experiments().stream()
              .filter(each -> each.name().equals("digits"))
              .findFirst()
              .orElseThrow();
      assertThat(source.loggedModels(digits))
          .singleElement()
          .satisfies(model -> {
            assertThat(model.measures()).hasSize(1);
            assertThat(source.files(model)).extracting(SourceFile::path).contains("MLmodel");
          });
    }
    assertThat(remarks.faults()).isEmpty();
  }

  @Test
  void readsAlsoAnOlderRevisionWithoutTheNewTables() throws Exception {
    execute("update alembic_version set version_num = '97727af70f4d'");
    for (var table :
        List.of(
            "logged_model_metrics",
            "logged_model_params",
            "logged_model_tags",
            "logged_models",
            "input_tags",
            "inputs",
            "datasets",
            "registered_model_aliases")) {
      execute("drop table " + table);
    }

    try (var source = open()) {
      var runs = new ArrayList<SourceRun>();
      for (var experiment : source.experiments()) {
        source.runs(experiment, runs::add);
        assertThat(source.loggedModels(experiment)).isEmpty();
      }
      assertThat(runs).hasSize(5).allMatch(run -> run.datasets().isEmpty());
      assertThat(source.registeredModels()).hasSize(2).allMatch(model -> model.aliases().isEmpty());
    }
  }

  @Test
  void namesARevisionThatItDoesNotKnow() throws SQLException {
    execute("update alembic_version set version_num = 'ffffffffffff'");

    assertThatThrownBy(this::open)
        .hasMessageContaining("'ffffffffffff'")
        .hasMessageContaining("dc11669786a5 (mlflow 3.17.2)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"alembic_version", "experiments", "runs", "params", "tags", "metrics"})
  void namesATableThatIsMissing(String table) throws SQLException {
    execute("alter table %s rename to gone".formatted(table));

    assertThatThrownBy(this::open).hasMessageContaining("'%s'".formatted(table));
  }

  @Test
  void readsNoViewThatStandsForATable() throws SQLException {
    execute("alter table metrics rename to old");
    execute(
        "create view metrics as with recursive n(x) as (select 1 union all select x + 1 from n) select 'k' as key, x as value, 0 as timestamp, '' as run_uuid, 0 as step, 0 as is_nan from n");

    assertThatThrownBy(this::open).hasMessageContaining("'metrics'");
  }

  @Test
  void writesNothing() throws IOException {
    var before = Files.readAllBytes(file);
    readsWhatStockMlflowWrote();

    assertThat(file).hasBinaryContent(before);
    assertThat(file.resolveSibling("mlflow.db-wal")).doesNotExist();
  }

  @Test
  void saysWhatAFileOrAnAddressIsNot() throws IOException {
    Files.writeString(file, "not a database, but long enough to be read as one ".repeat(100));
    assertThatThrownBy(this::open).hasMessageContaining("database cannot be");

    Files.delete(file);
    assertThatThrownBy(this::open).hasMessageContaining("there is no file");
    assertThat(file).doesNotExist();
    assertThatThrownBy(() ->
            new MlflowSource("mysql://root@host/mlflow", "default", List.of(), true)
                .open(Map.of(), Patience.USUAL, remarks))
        .hasMessageContaining("no driver for 'mysql'");
  }
}
