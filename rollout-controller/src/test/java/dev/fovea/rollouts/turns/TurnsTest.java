package dev.fovea.rollouts.turns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.testkit.TestDatabase;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class TurnsTest {
  private static final DataSource DATABASE = TestDatabase.migrated("rollouts");
  private final Turns first = new Turns(DATABASE);
  private final Turns second = new Turns(DATABASE);
  private final JdbcClient db = JdbcClient.create(DATABASE);
  private final TransactionTemplate transaction =
      new TransactionTemplate(new JdbcTransactionManager(DATABASE));

  @AfterEach
  void end() {
    first.close();
    second.close();
  }

  @Test
  void oneOfTwoActs() {
    assertThat(first.mine()).isTrue();
    assertThat(second.mine()).isFalse();
    assertThat(first.mine()).isTrue();
    assertThatThrownBy(second::epoch).isInstanceOf(NotTheWriter.class);
  }

  @Test
  void theNextTurnHasAHigherNumber() {
    first.mine();
    long number = first.epoch();
    first.close();

    assertThat(second.mine()).isTrue();
    assertThat(second.epoch()).isGreaterThan(number);
    assertThat(first.mine()).isFalse();
  }

  @Test
  void aConnectionThatTheDatabaseLostGivesTheTurnAway() {
    first.mine();
    killTheHolder();

    assertThat(second.mine()).isTrue();
    assertThat(first.mine()).isFalse();
  }

  @Test
  void whoDoesNotKnowThatTheTurnIsOverCommitsNothing() {
    first.mine();
    long number = first.epoch();
    killTheHolder();
    assertThat(second.mine()).isTrue();

    assertThat(first.epoch()).as("it has not looked").isEqualTo(number);
    assertThatThrownBy(() -> transaction.executeWithoutResult(_ -> first.check()))
        .isInstanceOf(NotTheWriter.class)
        .hasMessageContaining("now it is turn");
    transaction.executeWithoutResult(_ -> second.check());
  }

  @Test
  void aTurnDoesNotBeginWhileATransactionOfTheLastIsUnderWay() throws Exception {
    first.mine();
    var checked = new CountDownLatch(1);
    var mayCommit = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var old =
          threads.submit(() ->
              transaction.executeWithoutResult(_ -> {
                first.check();
                checked.countDown();
                try {
                  mayCommit.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }));
      checked.await();
      killTheHolder();
      var next = threads.submit(second::mine);

      Thread.sleep(300);
      assertThat(next.isDone()).isFalse();
      mayCommit.countDown();
      old.get(5, TimeUnit.SECONDS);
      assertThat(next.get(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void killTheHolder() {
    var killed =
        db.sql(
                """
                select pg_terminate_backend(pid, 5000) from pg_locks
                where locktype = 'advisory' and granted and pid <> pg_backend_pid()
                  and database = (select oid from pg_database where datname = current_database())\
                """)
            .query(Boolean.class)
            .list();
    assertThat(killed).containsExactly(true);
  }
}
