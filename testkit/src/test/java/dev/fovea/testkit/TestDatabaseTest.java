package dev.fovea.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class TestDatabaseTest {
  @Test
  void givesEachCallerADatabaseOfItsOwn() {
    var one = TestDatabase.fresh();
    var other = TestDatabase.fresh();
    JdbcClient.create(one).sql("create table thing (id int)").update();
    assertThat(tables(one)).isEqualTo(1);
    assertThat(tables(other)).isZero();
  }

  @Test
  void clonesAMigratedSchemaWithoutWhatOthersWrote() {
    var one = TestDatabase.migrated("sample");
    JdbcClient.create(one).sql("insert into sample.thing values (1)").update();
    var other = TestDatabase.migrated("sample");
    assertThat(
            JdbcClient.create(other)
                .sql("select count(*) from sample.thing")
                .query(Integer.class)
                .single())
        .isZero();
    assertThatThrownBy(
            () -> JdbcClient.create(one).sql("insert into sample.thing values (1)").update())
        .hasMessageContaining("thing_pkey");
  }

  @Test
  void givesAnAddressThatTheApplicationCanStartWith() throws Exception {
    try (var connection = DriverManager.getConnection(TestDatabase.freshUrl())) {
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  private static int tables(DataSource database) {
    return JdbcClient.create(database)
        .sql("select count(*) from information_schema.tables where table_name = 'thing'")
        .query(Integer.class)
        .single();
  }
}
