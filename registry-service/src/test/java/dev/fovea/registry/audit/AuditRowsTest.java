package dev.fovea.registry.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Audited;
import dev.fovea.registry.AuditLog;
import dev.fovea.testkit.TestDatabase;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

class AuditRowsTest {
  private final DataSource source = TestDatabase.migrated("registry");
  private final JdbcClient database = JdbcClient.create(source);
  private final AuditRows rows =
      new AuditRows(
          database,
          new TransactionTemplate(new JdbcTransactionManager(source)),
          JsonMapper.shared());

  @BeforeEach
  void fiveActs() {
    for (int i = 1; i <= 5; i++) {
      rows.append(act("act " + i));
    }
  }

  @Test
  void holdsWhileNobodyTouchesIt() {
    assertThat(rows.verify()).isEqualTo(new AuditLog.Verification(5, 0));
  }

  @Test
  void knowsASecondDelivery() {
    var act = act("twice");
    rows.append(act);
    rows.append(act);
    assertThat(rows.verify()).isEqualTo(new AuditLog.Verification(6, 0));
  }

  @Test
  void hasNoGapsWhenManyWriteAtOnce() {
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        var act = act("concurrent " + i);
        workers.submit(() -> rows.append(act));
      }
    }
    assertThat(rows.verify()).isEqualTo(new AuditLog.Verification(55, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update registry.audit set who = 'x'",
        "delete from registry.audit where sequence = 5",
        "truncate registry.audit",
        "update registry.audit set who = 'x' where false"
      })
  void refusesEveryChange(String statement) {
    assertThatThrownBy(() -> database.sql(statement).update())
        .hasMessageContaining("audit rows are appended, never changed");
  }

  /** R16: the database's owner can take the trigger away, and is found out. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "update registry.audit set outcome = 'done ' where sequence = 3|3",
        "update registry.audit set at = at + interval '1 microsecond' where sequence = 1|1",
        "delete from registry.audit where sequence = 2|2",
        "delete from registry.audit where sequence = 5|5",
        "update registry.audit set sequence = case sequence when 2 then -3 when 3 then 2 else sequence end|2",
        "truncate registry.audit|1"
      })
  void namesTheFirstRowThatIsNotAsItWas(String tampering, long firstBad) {
    database.sql("alter table registry.audit disable trigger audit_is_append_only").update();
    database.sql(tampering).update();
    assertThat(rows.verify().firstBad()).isEqualTo(firstBad);
  }

  private static Audited act(String act) {
    return new Audited(
        UUID.randomUUID(), "digits", "ada\u0000", act, "thing", "done", Instant.now());
  }
}
