package dev.fovea.query;

import dev.fovea.kernel.Text;
import dev.fovea.query.engine.Engine;
import dev.fovea.query.engine.Request;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** Runs one query in a process of its own and listens to it. */
final class EngineProcess {
  private static final long HEAP_BYTES = 256L << 20;
  private static final long HEAP_BYTES_A_FILE = 512;
  private static final long BESIDES_BYTES = 256L << 20;
  private static final Set<String> ENVIRONMENT =
      Set.of("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "SystemRoot", "HOME");

  private final Workplace workplace;
  private final SqlText sql;
  private final QueryLimits limits;
  private final long heapBytes;

  /**
   * @param workplace for what it unpacks and for what a crash leaves
   * @param files how many the dataset has
   */
  EngineProcess(Workplace workplace, SqlText sql, QueryLimits limits, int files) {
    this.workplace = workplace;
    this.sql = sql;
    this.limits = limits;
    this.heapBytes = HEAP_BYTES + HEAP_BYTES_A_FILE * files;
  }

  /**
   * Runs it.
   *
   * @throws QueryProblem when the SQL is wrong, or it took more than it may
   */
  QueryResult run(Request request) throws IOException {
    var process = start();
    workplace.belongsTo(process);
    try (var watch = new Watch(process, heapBytes + 2 * limits.memoryBytes() + BESIDES_BYTES);
        var in = process.outputWriter(StandardCharsets.UTF_8);
        var out =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      tell(in, request);
      return new EngineAnswer(
              sql, () -> watch.allow(limits.time()), () -> watch.ended().orElseGet(this::crash))
          .read(out);
    } catch (EngineAnswer.Silence silence) {
      throw silence.problem();
    }
  }

  /** The input stays open: the process ends when it is closed. */
  private void tell(Writer in, Request request) throws EngineAnswer.Silence {
    try {
      in.write(JsonMapper.shared().writeValueAsString(request) + "\n");
      in.flush();
    } catch (IOException _) {
      throw new EngineAnswer.Silence(crash());
    }
  }

  private Process start() throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    var builder =
        new ProcessBuilder(
            java.toString(),
            "-Xmx" + (heapBytes >> 20) + "m",
            "-Xss4m",
            "-XX:+UseSerialGC",
            // Over before the second compiler would be worth it, with a million objects too.
            "-XX:TieredStopAtLevel=1",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + file("crash.log"),
            "-Djava.io.tmpdir=" + workplace.folder(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            EngineClassPath.text(),
            Engine.class.getName());
    builder.environment().keySet().retainAll(ENVIRONMENT);
    builder.redirectError(errors().toFile());
    return builder.start();
  }

  private Path errors() {
    return file("errors");
  }

  private Path file(String name) {
    return workplace.folder().resolve(name);
  }

  private QueryProblem crash() {
    return new QueryProblem(
        "the query's process ended without an answer: " + lastWords(),
        "write the query more simply; it may have nested or repeated something too often");
  }

  private String lastWords() {
    try {
      var lines = Files.readAllLines(errors());
      var words =
          lines.stream()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .findFirst()
              .or(() -> lines.stream().filter(line -> line.contains("SIG")).findFirst());
      return words.map(Text::excerpt).orElse("it said nothing");
    } catch (IOException _) {
      return "it said nothing";
    }
  }
}
