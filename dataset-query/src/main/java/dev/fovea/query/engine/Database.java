package dev.fovea.query.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;

/** Opens the file that the tables are in: to fill it, or so that nothing can be done but select. */
final class Database {
  private static final List<String> CONFINED =
      List.of(
          "SET enable_external_access = false",
          "SET autoinstall_known_extensions = false",
          "SET autoload_known_extensions = false",
          "SET allow_community_extensions = false",
          "SET errors_as_json = true",
          "SET lock_configuration = true"); // and nothing is set any more

  private Database() {}

  /** A new one, to be filled. */
  static Connection create(Path file, long memoryBytes) throws SQLException {
    return open(file, memoryBytes, new Properties());
  }

  /** Puts one that was filled where the next query finds it. */
  static void keep(Path filled, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.move(filled, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** One that can be read, and nothing else on this machine. */
  static Connection confined(Path file, long memoryBytes) throws SQLException {
    var settings = new Properties();
    settings.setProperty("duckdb.read_only", "true");
    var database = open(file, memoryBytes, settings);
    try (var statement = database.createStatement()) {
      for (var each : CONFINED) {
        statement.execute(each);
      }
    }
    return database;
  }

  /** One thread: then the same query gives the same rows in the same order. */
  private static Connection open(Path file, long memoryBytes, Properties settings)
      throws SQLException {
    settings.setProperty("threads", "1");
    settings.setProperty("memory_limit", memoryBytes + "B");
    settings.setProperty("max_temp_directory_size", "0B");
    settings.setProperty("temp_directory", ""); // or a folder for it is made all the same
    return DriverManager.getConnection("jdbc:duckdb:" + file, settings);
  }
}
