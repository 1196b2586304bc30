package dev.fovea.cli.imports.mlflow.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.cli.imports.Tracked;
import dev.fovea.cli.imports.mlflow.MlflowSource;
import dev.fovea.cli.imports.rest.Patience;
import dev.fovea.cli.imports.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MLflow's database in a file. */
class SqliteTests extends DatabaseContract {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void unpack() throws IOException {
    file = Tracked.in(folder).resolve("sql/mlflow.db");
  }

  @Override
  Source open() throws IOException {
    return new MlflowSource("sqlite:///" + file, "default", List.of(), true)
        .open(Map.of(), Patience.USUAL, remarks);
  }

  @Override
  void execute(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  String no() {
    return "0";
  }

  @Override
  String cascade() {
    return "";
  }

  @Test
  void writesNothing() throws Exception {
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
