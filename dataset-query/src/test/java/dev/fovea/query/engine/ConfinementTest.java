package dev.fovea.query.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.query.Cars;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the opened database does not do, without any look at the query before. {@code CANARY} stands
 * for a file beside it, {@code OUT} for one that is not there.
 */
class ConfinementTest {
  private static Session session;
  private static Path canary;
  private static Path out;

  @BeforeAll
  static void load(@TempDir Path folder) throws Exception {
    session = new Session(Cars.inCoco(folder.resolve("work")).dataset(), folder);
    canary = Files.writeString(folder.resolve("canary.csv"), "a,b\n1,secret\n");
    out = folder.resolve("out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from read_csv('CANARY')",
        "select * from 'CANARY'",
        "select * from read_text('CANARY')",
        "select * from read_blob('CANARY')",
        "select * from glob('CANARY')",
        "select * from read_parquet('CANARY')",
        "select * from read_json('CANARY')",
        "select * from query('select * from read_text(''CANARY'')')",
        "select * from query_table('CANARY')",
        "select * from sniff_csv('CANARY')",
        "select * from sqlite_scan('CANARY', 'x')",
        "copy images to 'OUT'",
        "copy images from 'CANARY'",
        "export database 'OUT'",
        "import database 'CANARY'",
        "attach 'OUT'",
        "attach 'CANARY' as other (read_only)",
        "install httpfs",
        "load httpfs",
        "load 'CANARY'",
        "set enable_external_access = true",
        "set memory_limit = '100GB'",
        "set threads = 64",
        "set temp_directory = 'OUT'",
        "set lock_configuration = false",
        "reset all",
        "pragma enable_profiling = 'json'",
        "pragma profiling_output = 'OUT'",
        "insert into images values ('x')",
        "with x as (select 1) insert into images select 'x'",
        "update images set path = 'x'",
        "delete from objects",
        "drop view labels",
        "create table other as select 1",
        "create view other as select 1",
        "truncate images",
        "create persistent secret s (type s3, key_id 'x', secret 'y')",
        "select getenv('HOME')",
        "select * from duckdb_secrets()"
      })
  void refuses(String sql) throws Exception {
    var statement = sql.replace("CANARY", canary.toString()).replace("OUT", out.toString());
    var before = Files.readAllBytes(session.database());

    try (var database = Database.confined(session.database(), Session.MEMORY);
        var attempt = database.createStatement()) {
      assertThatThrownBy(() -> attempt.execute(statement)).isInstanceOf(SQLException.class);
    }

    assertThat(out).doesNotExist();
    assertThat(Files.readAllBytes(session.database())).isEqualTo(before);
  }

  /** The statement becomes a part of a SELECT; what is none does not parse there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into images values ('x')",
        "with x as (insert into images values ('y') returning path) select path from x",
        "create temp table t as select 1",
        "explain analyze select 1",
        "checkpoint",
        "set threads = 2",
        "select 1; select 2",
        "select 1) as a; create temp table t as select 1; select * from (select 2",
        "begin transaction"
      })
  void answersNothingButASelect(String sql) {
    assertThatThrownBy(() -> session.rows(sql)).isInstanceOf(Refusal.class);
  }

  @Test
  void hasNothingThatItWasNotGiven() throws Exception {
    assertThat(session.rows("select current_setting('threads')").toString()).isEqualTo("[[1]]");
    assertThat(
            session.rows("select count(*) from duckdb_databases() where not internal").toString())
        .isEqualTo("[[1]]");
  }
}
