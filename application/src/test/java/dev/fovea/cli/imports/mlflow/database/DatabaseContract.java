package dev.fovea.cli.imports.mlflow.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.RegisteredModel;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.source.SourceFile;
import dev.fovea.cli.imports.source.SourceRun;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stock MLflow wrote into a database, and what somebody made of it. */
abstract class DatabaseContract {
  final Remarks remarks = new Remarks();

  /** Opens the test's own database, which stock MLflow filled. */
  abstract Source open() throws IOException;

  /** Changes it, as its owner can. */
  abstract void execute(String sql) throws SQLException;

  @Test
  void readsWhatStockMlflowWrote() throws Exception {
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
      // The database says that they are in /srv/team: they have been moved here.
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
      execute("drop table " + table + cascade());
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
        "create view metrics as with recursive n (x) as (select 1 union all select x + 1 from n) select 'k' as key, x as value, 0 as timestamp, '' as run_uuid, 0 as step, 0 as is_nan from n");

    assertThatThrownBy(this::open).hasMessageContaining("'metrics'");
  }

  @Test
  void readsAHistoryThatIsLongerThanWhatIsFetchedAtOnce() throws Exception {
    execute("delete from metrics where key <> 'acc'");
    execute(
        """
        insert into metrics (key, value, timestamp, run_uuid, step, is_nan)
        with recursive n (x) as (select 1 union all select x + 1 from n where x < 25001)
        select 'long', x, x, (select run_uuid from runs where name = 'first'), x, %s from n
        """
            .formatted(no()));
    try (var source = open()) {
      for (var experiment : source.experiments()) {
        source.runs(
            experiment,
            run -> {
              if (run.name().equals("first")) {
                var steps = new HashSet<Long>();
                source.points(
                    run,
                    point -> {
                      if (point.key().equals("long")) {
                        steps.add(point.step());
                      }
                    });
                assertThat(steps).hasSize(25_001);
              }
            });
      }
    }
  }

  /** What also drops what stands on a table. */
  abstract String cascade();

  /** How false is written. */
  abstract String no();
}
