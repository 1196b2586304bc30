package dev.fovea.query;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where the classes of the query's process are: Fovea's own, and DuckDB's from a folder {@code
 * query} beside them, since it is too large to be carried by every server.
 */
final class EngineClassPath {
  private static final String FOLDER = "query";
  private static final String DRIVER = "org/duckdb/DuckDBDriver.class";

  private EngineClassPath() {}

  /**
   * As {@code java -cp} takes it.
   *
   * @throws QueryProblem when DuckDB is nowhere
   */
  static String text() throws IOException {
    var own = System.getProperty("java.class.path");
    if (EngineClassPath.class.getClassLoader().getResource(DRIVER) != null) {
      return own;
    }
    var beside = folders(own);
    for (var folder : beside) {
      for (var jar : jars(folder)) {
        return own + File.pathSeparator + jar;
      }
    }
    throw new QueryProblem(
        "this build has no query engine: there is no duckdb_jdbc-….jar in %s"
            .formatted(beside.stream().map(Path::toString).collect(Collectors.joining(" or "))),
        "run: make build, on a machine of one's own; the container images have none");
  }

  /** One beside each thing of the class path. */
  private static Set<Path> folders(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator))
        .map(each -> Path.of(each).toAbsolutePath().resolveSibling(FOLDER))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static List<Path> jars(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .filter(each -> each.getFileName().toString().matches("duckdb_jdbc-.*\\.jar"))
          .sorted()
          .toList();
    }
  }
}
