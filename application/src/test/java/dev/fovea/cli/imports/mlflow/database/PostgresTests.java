package dev.fovea.cli.imports.mlflow.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.cli.imports.Tracked;
import dev.fovea.cli.imports.mlflow.MlflowSource;
import dev.fovea.cli.imports.rest.Patience;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.source.SourceRun;
import dev.fovea.testkit.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MLflow's database in a PostgreSQL. */
class PostgresTests extends DatabaseContract {
  @TempDir private Path folder;
  private final String jdbc = TestDatabase.freshUrl();

  @BeforeEach
  void restore() throws IOException, SQLException {
    Tracked.ofPostgresqlIn(folder);
    execute(Files.readString(folder.resolve("postgresql/mlflow.sql")));
  }

  /** As MLflow writes it. */
  private String address(String password) {
    var uri = URI.create(jdbc.substring("jdbc:".length()));
    return "postgresql+psycopg2://%s%s@%s:%d%s"
        .formatted(option("user"), password, uri.getHost(), uri.getPort(), uri.getPath());
  }

  private String option(String name) {
    var matcher = Pattern.compile("[?&]%s=([^&]*)".formatted(name)).matcher(jdbc);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private Source open(String address, Map<String, String> environment) throws IOException {
    return new MlflowSource(address, "default", List.of(folder.resolve("postgresql")), true)
        .open(environment, Patience.USUAL, remarks);
  }

  @Override
  Source open() throws IOException {
    return open(address(":" + option("password")), Map.of());
  }

  private Connection owner() throws SQLException {
    return DriverManager.getConnection(jdbc);
  }

  @Override
  void execute(String sql) throws SQLException {
    try (var connection = owner();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  String no() {
    return "false";
  }

  @Override
  String cascade() {
    return " cascade";
  }

  private static List<SourceRun> runs(Source source) throws IOException {
    var runs = new ArrayList<SourceRun>();
    for (var experiment : source.experiments()) {
      source.runs(experiment, runs::add);
    }
    return runs;
  }

  @Test
  void takesThePasswordFromTheEnvironment() throws IOException {
    try (var source = open(address(""), Map.of(MlflowSource.PASSWORD, option("password")))) {
      assertThat(runs(source)).hasSize(5);
    }
  }

  @Test
  void seesOneMomentHoweverLongItReads() throws Exception {
    try (var source = open()) {
      var runs = runs(source);
      execute("delete from metrics");
      execute("update runs set name = 'later'");
      assertThat(runs(source)).isEqualTo(runs);
      var points = new ArrayList<Point>();
      for (var run : runs) {
        source.points(run, points::add);
      }
      assertThat(points).hasSizeGreaterThan(700);
    }
  }

  @Test
  void canWriteNothingEvenAsTheOwner() throws Exception {
    var uri = URI.create(jdbc.substring("jdbc:".length()));
    var address = "postgresql://%s:%d%s?%s";
    try (var database =
        new DatabaseAddress(
                address.formatted(uri.getHost(), uri.getPort(), uri.getPath(), uri.getQuery()))
            .open(Optional.empty())) {
      assertThatThrownBy(() -> database.list("delete from tags returning 1", _ -> 1))
          .hasMessageContaining("read-only transaction");
    }
  }

  @Test
  void saysThatATableIsLockedForTooLong() throws Exception {
    try (var owner = owner();
        var lock = owner.createStatement();
        var database =
            new DatabaseAddress(address(":" + option("password")), Duration.ofMillis(300))
                .open(Optional.empty())) {
      owner.setAutoCommit(false);
      lock.execute("lock table metrics in access exclusive mode");
      assertThatThrownBy(() -> database.count("select count(*) from metrics"))
          .hasMessageContaining("statement timeout")
          .hasMessageContaining("one question took longer than it may")
          .hasMessageContaining("57014");
    }
  }

  @Test
  void saysWhichRightIsMissing() throws Exception {
    execute("revoke select on runs from " + option("user"));
    assertThatThrownBy(this::open)
        .hasMessageContaining("permission denied for table runs")
        .hasMessageContaining("grant select");
  }

  @Test
  void readsNoTableOfWhichAPolicyHidesRows() throws Exception {
    execute("alter table runs enable row level security");
    execute("alter table runs force row level security");
    execute("create policy few on runs using (name = 'first')");
    assertThatThrownBy(this::open).hasMessageContaining("row-level security");
  }

  @Test
  void readsNoViewInASchemaThatStandsBeforeTheTables() throws Exception {
    execute("create schema " + option("user"));
    execute(
        "create view %s.metrics as select * from public.metrics where false"
            .formatted(option("user")));
    assertThatThrownBy(this::open).hasMessageContaining("'metrics'");
  }

  @Test
  void readsAHistoryOfMoreBytesThanMayLieInMemory() throws Exception {
    execute(
        "insert into metrics (key, value, timestamp, run_uuid, step, is_nan) select repeat('k', 250), n, n, (select run_uuid from runs where name = 'first'), n, false from generate_series(1, 300000) n");
    try (var source = open()) {
      var run =
          runs(source).stream()
              .filter(each -> each.name().equals("first"))
              .findFirst()
              .orElseThrow();
      var points = new AtomicInteger();
      source.points(run, _ -> points.incrementAndGet());
      assertThat(points).hasValue(300_000 + 700 + 6 + 2);
    }
  }

  @Test
  void refusesAnAnswerThatWouldFillTheMemory() throws Exception {
    execute("alter table tags alter column value type text");
    execute(
        "insert into tags (key, value, run_uuid) select 'big' || n, repeat('x', 20000), (select run_uuid from runs where name = 'first') from generate_series(1, 5000) n");
    try (var source = open()) {
      assertThatThrownBy(() -> runs(source)).hasMessageContaining("more than 64 MB");
    }
  }

  @Test
  void neverRepeatsAPassword() {
    var uri = URI.create(jdbc.substring("jdbc:".length()));
    var host = uri.getHost() + ":" + uri.getPort();
    for (var address :
        List.of(
            address(":hunter2"),
            "postgresql://ana:hunter2@%s/none".formatted(host),
            "postgresql://ana:hun@hunter2/x@%s/none".formatted(host),
            "postgresql://ana:hunter2@127.0.0.1:1/mlflow",
            "postgresql://ana:hunter2@/mlflow",
            "postgresql://ana:hunter2@host:99999/mlflow",
            "postgresql://ana:hunter2%@host/mlflow".replace("2%", "2%zz"),
            "postgresql://ana:hunter2@host/mlflow?sslmode=loose",
            "postgresql://%s/mlflow?user=ana&password=hunter2&sslcert=x".formatted(host),
            "mysql+pymysql://ana:hunter2@host/mlflow",
            "mongodb://ana:hunter2@host/mlflow",
            "PostgreSQL://ana:hunter2@host/mlflow")) {
      var source = new MlflowSource(address, "default", List.of(), false);
      assertThat(source.shown()).doesNotContain("hunter2");
      assertThatThrownBy(() -> source.open(Map.of(), Patience.USUAL, remarks))
          .as(source.shown())
          .satisfies(e -> assertThat(e.toString()).doesNotContain("hunter2"));
    }
  }

  @Test
  void readsAddressesAsMlflowWritesThem() {
    var address =
        PostgresAddress.parse(
            "postgresql+psycopg2://ml%40team:p%2Fw+1@mlflow_db/my%20db?sslmode=require&connect_timeout=5");
    assertThat(address)
        .isEqualTo(
            new PostgresAddress(
                Optional.of("ml@team"),
                Optional.of("p/w+1"),
                "mlflow_db",
                5432,
                "my db",
                Map.of("sslmode", "require")));
    assertThat(PostgresAddress.parse("postgres://[::1]:5433/d").host()).isEqualTo("[::1]");
    assertThatThrownBy(() -> PostgresAddress.parse("postgresql://h/d?sslcert=x"))
        .hasMessageContaining("'sslcert'");
    assertThatThrownBy(() -> PostgresAddress.parse("postgresql:///d?host=/var/run"))
        .hasMessageContaining("no host");
    assertThatThrownBy(() -> PostgresAddress.parse("postgresql://h:1,g:2/d"))
        .hasMessageContaining("no host");
  }
}
