package dev.fovea.server;

import dev.fovea.testkit.TestDatabase;
import java.nio.file.Path;

/**
 * How servers are started by tests that are not about the embedded database: on the one PostgreSQL
 * of the JVM, which is made once and never waits for a disk.
 */
public final class TestServers {
  private TestServers() {}

  /** All on its default with this home and a free port, in a database of its own. */
  public static ServerOptions at(Path home) {
    return ServerOptions.at(home, 0).with("spring.datasource.url=" + TestDatabase.freshUrl());
  }
}
