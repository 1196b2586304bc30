package dev.fovea.postgres;

import dev.fovea.kernel.UserCache;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL 18 that this process starts, watches and stops. What it acknowledges survives the
 * death of this process, of the server and of both; a server that died alone is started again on
 * the same port. It listens on 127.0.0.1 only and lets nobody in without a password; the role that
 * Fovea uses is no superuser and owns one database.
 *
 * <p>All files are under the home, which nobody else can read: {@code lock}, {@code
 * postgres/binaries-…}, {@code postgres/data}, {@code postgres/password}, {@code postgres/log}. The
 * programs are linked from the user's cache folder, where that is possible.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String ROLE = "fovea";
  private static final String SUPERUSER = DataFolder.SUPERUSER;
  private static final Duration RESTART_LIMIT = Duration.ofSeconds(60);

  /** Without one of these, an acknowledged write can be lost: PostgreSQL 18, "Write Ahead Log". */
  private static final List<String> DURABLE =
      List.of("fsync", "synchronous_commit", "full_page_writes");

  private static final List<String> SETTINGS =
      List.of(
          "listen_addresses=127.0.0.1",
          "unix_socket_directories=",
          "max_connections=100",
          "password_encryption=scram-sha-256",
          "timezone=UTC",
          "log_timezone=UTC",
          "logging_collector=off");

  private final HomeLock lock;
  private final Postmaster postmaster;
  private final Secret password;
  private final Secret superPassword;
  private volatile Postmaster.Running running;
  private volatile boolean closing;

  /** Whether this build carries PostgreSQL for this machine: builds carry the one of their own. */
  public static boolean isCarried() {
    return Archive.carried();
  }

  private EmbeddedPostgres(
      HomeLock lock,
      Postmaster postmaster,
      Postmaster.Running running,
      Secret password,
      Secret superPassword) {
    this.lock = lock;
    this.postmaster = postmaster;
    this.running = running;
    this.password = password;
    this.superPassword = superPassword;
  }

  /**
   * Starts it, after whatever a killed predecessor left half done or running has been put right.
   * Takes seconds the first time.
   *
   * @param home created where there is none
   * @throws PostgresProblem saying what to do
   */
  public static EmbeddedPostgres start(Path home) throws IOException {
    return start(home, true);
  }

  /**
   * The same for tests, faster: a crash may lose everything. Nothing but a test's throwaway folder
   * may be opened by this. The role may also create databases, so that each test can have its own.
   */
  public static EmbeddedPostgres startForgetful(Path home) throws IOException {
    return start(home, false);
  }

  private static EmbeddedPostgres start(Path home, boolean durable) throws IOException {
    var real = HomeLock.prepared(home);
    var lock = HomeLock.on(real);
    Postmaster postmaster = null;
    Postmaster.Running running = null;
    try {
      var folder = HomeLock.folder(real, "postgres");
      var data = new DataFolder(folder.resolve("data"));
      data.requireSpace(real);
      Binaries.deleteUnfinished(folder);
      var programs =
          Programs.of(
              durable
                  ? Binaries.linked(folder, UserCache.folder())
                  : Binaries.unpacked(sharedByTests()));
      var password = Secret.in(folder.resolve("password"));
      var superPassword = Secret.in(folder.resolve("superuser-password"));
      data.initialise(programs, superPassword, durable);
      data.requireVersion();
      postmaster = new Postmaster(programs, data.path(), folder.resolve("log"), settings(durable));
      postmaster.stopOrphan();
      running = postmaster.start();
      var postgres = new EmbeddedPostgres(lock, postmaster, running, password, superPassword);
      postgres.ensureRoleAndDatabase(durable);
      if (durable) {
        postgres.requireDurable();
      }
      postgres.watch(running);
      return postgres;
    } catch (IOException | RuntimeException e) {
      if (postmaster != null && running != null) {
        postmaster.stop(running.process().toHandle());
      }
      lock.close();
      throw e;
    }
  }

  /** The database's address, without credentials. It stays the same until {@link #close}. */
  public String jdbcUrl() {
    return url(ROLE);
  }

  /** The role that owns the database. */
  public String user() {
    return ROLE;
  }

  /** Its password. */
  public String password() {
    return password.text();
  }

  /** Where the lock on the home ends, clients have been cut off and everything is on disk. */
  @Override
  public void close() throws IOException {
    closing = true;
    synchronized (
        this) { // lets a revival that has begun come to its end, so that it is stopped too
      try {
        postmaster.stop(running.process().toHandle());
      } finally {
        lock.close();
      }
    }
  }

  /** The server's process, for tests that kill it. */
  ProcessHandle process() {
    return running.process().toHandle();
  }

  private static List<String> settings(boolean durable) {
    var settings = new ArrayList<>(SETTINGS);
    DURABLE.forEach(name -> settings.add(name + "=" + (durable ? "on" : "off")));
    if (!durable) {
      settings.add("max_connections=300");
      settings.add("shared_buffers=32MB");
    }
    return settings;
  }

  /**
   * Unpacking takes longer than a test; all tests of a user share one folder, which nobody else can
   * have planted.
   */
  private static Path sharedByTests() throws IOException {
    var name = "fovea-test-binaries-" + System.getProperty("user.name");
    return HomeLock.folder(Path.of(System.getProperty("java.io.tmpdir")).toRealPath(), name);
  }

  private void ensureRoleAndDatabase(boolean durable) throws IOException {
    try (var admin = connect(SUPERUSER, SUPERUSER, superPassword);
        var statement = admin.createStatement()) {
      statement.execute(
          """
          do $$ begin
            if not exists (select from pg_roles where rolname = '%s') then
              create role %s login nosuperuser nocreatedb nocreaterole noreplication;
            end if;
          end $$\
          """
              .formatted(ROLE, ROLE));
      statement.execute(
          "alter role %s password '%s' %s"
              .formatted(ROLE, password.text(), durable ? "nocreatedb" : "createdb"));
      if (!exists(admin, "select from pg_database where datname = '%s'".formatted(ROLE))) {
        statement.execute("create database %s owner %s".formatted(ROLE, ROLE));
      }
      statement.execute("revoke all on database %s from public".formatted(ROLE));
      statement.execute("revoke all on database %s from public".formatted(SUPERUSER));
    } catch (SQLException e) {
      throw new IOException("PostgreSQL starts and can't be prepared: " + e.getMessage(), e);
    }
  }

  private void requireDurable() throws IOException {
    try (var connection = connect(ROLE, ROLE, password)) {
      for (var setting : DURABLE) {
        try (var statement = connection.createStatement();
            var rows = statement.executeQuery("show " + setting)) {
          rows.next();
          if (!"on".equals(rows.getString(1))) {
            throw new PostgresProblem.NotDurable(setting, rows.getString(1));
          }
        }
      }
    } catch (SQLException e) {
      throw new IOException(
          "PostgreSQL starts and can't be asked for its settings: " + e.getMessage(), e);
    }
  }

  /**
   * Starts the server again on its port when it dies alone, so that the connection pool finds it
   * where it was.
   */
  private void watch(Postmaster.Running watched) {
    var unused =
        watched
            .process()
            .onExit()
            .thenAcceptAsync(
                died -> {
                  if (!closing) {
                    LOG.error(
                        "PostgreSQL (process {}) has died with status {}; starting it again",
                        died.pid(),
                        died.exitValue());
                    revive(watched.port());
                  }
                },
                task -> Thread.ofPlatform().daemon().name("postgres-watch").start(task));
  }

  private void revive(int port) {
    var deadline = System.nanoTime() + RESTART_LIMIT.toNanos();
    @Nullable Exception last = null;
    // The dead server's children hold its shared memory until they notice; until then a new one
    // refuses to start.
    while (!closing && System.nanoTime() < deadline) {
      try {
        startAgain(port);
        return;
      } catch (IOException | PostgresProblem e) {
        last = e;
      }
      try {
        Thread.sleep(Duration.ofMillis(200));
      } catch (InterruptedException e) {
        return;
      }
    }
    if (!closing) {
      LOG.error("PostgreSQL can't be started again; restart Fovea", last);
    }
  }

  private synchronized void startAgain(int port) throws IOException {
    if (!closing) {
      running = postmaster.start(port);
      watch(running);
      LOG.warn("PostgreSQL runs again on port {}", port);
    }
  }

  private Connection connect(String database, String user, Secret secret) throws SQLException {
    var properties = new Properties();
    properties.putAll(
        Map.of(
            "user",
            user,
            "password",
            secret.text(),
            "connectTimeout",
            "10",
            "socketTimeout",
            "30"));
    return DriverManager.getConnection(url(database), properties);
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(running.port(), database);
  }

  private static boolean exists(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      return rows.next();
    }
  }
}
