package dev.fovea.rollouts.turns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Turns in the database. A turn lasts as long as a connection of its own holds an advisory lock: it
 * ends with the process at once, however that ends, and without a clock that could be wrong. A
 * database that has lost the connection while the process lives gives the turn to another; then the
 * number that every transaction checks refuses the first.
 */
public final class Turns implements Turn, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
  private static final int ANSWER_SECONDS = 3;

  private final DataSource database;
  private final JdbcClient db;
  private @Nullable Connection held;
  private OptionalLong number = OptionalLong.empty();

  public Turns(DataSource database) {
    this.database = database;
    db = JdbcClient.create(database);
  }

  @Override
  public synchronized boolean mine() {
    try {
      if (held != null && held.isValid(ANSWER_SECONDS)) {
        return true;
      }
      end();
      return take();
    } catch (SQLException e) {
      LOG.warn("the database doesn't say whose turn it is: {}", e.getMessage());
      end();
      return false;
    }
  }

  private boolean take() throws SQLException {
    var connection = database.getConnection();
    try {
      connection.setAutoCommit(true);
      boolean taken = locked(connection);
      if (taken) {
        number = OptionalLong.of(next(connection));
        held = connection;
        LOG.info("this process moves the rollouts, turn {}", number.getAsLong());
      }
      return taken;
    } finally {
      if (held != connection) {
        release(connection);
      }
    }
  }

  private static boolean locked(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select pg_try_advisory_lock(hashtextextended('fovea rollouts: whose turn', 0))")) {
      return row.next() && row.getBoolean(1);
    }
  }

  private static long next(Connection connection) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            insert into rollouts.turn (one, number, holder, since) values (true, 1, ?, now())
            on conflict (one) do update
              set number = turn.number + 1, holder = excluded.holder, since = excluded.since
            returning number\
            """)) {
      statement.setString(1, holder());
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static String holder() {
    try {
      return "%s/%d"
          .formatted(InetAddress.getLocalHost().getHostName(), ProcessHandle.current().pid());
    } catch (UnknownHostException _) {
      return Long.toString(ProcessHandle.current().pid());
    }
  }

  @Override
  public synchronized long epoch() {
    return number.orElseThrow(() -> new NotTheWriter("another process has the turn"));
  }

  @Override
  public void check() {
    long mine = epoch();
    // Held until the transaction ends: a new turn waits for it, and sees what it wrote.
    long now =
        db.sql("select number from rollouts.turn for share")
            .query(Long.class)
            .optional()
            .orElse(0L);
    if (now != mine) {
      synchronized (this) {
        end();
      }
      throw new NotTheWriter("its turn was %d, now it is turn %d".formatted(mine, now));
    }
  }

  private void end() {
    number = OptionalLong.empty();
    var connection = held;
    held = null;
    if (connection != null) {
      release(connection);
    }
  }

  /** Back to the pool without the lock, or not back at all. */
  private static void release(Connection connection) {
    try (connection) {
      try (var statement = connection.createStatement()) {
        statement.execute("select pg_advisory_unlock_all()");
      } catch (SQLException _) {
        connection.abort(Runnable::run);
      }
    } catch (SQLException e) {
      LOG.debug("the turn's connection didn't close: {}", e.getMessage());
    }
  }

  /** Lets another process act. */
  @Override
  public synchronized void close() {
    end();
  }
}
