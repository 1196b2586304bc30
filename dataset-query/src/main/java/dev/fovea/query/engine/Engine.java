package dev.fovea.query.engine;

import dev.fovea.kernel.Problem;
import dev.fovea.labels.format.LabelMistake;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The process in which a query runs, so that it can be ended whatever it does: a call of one
 * function of DuckDB can neither be interrupted nor held to a memory limit.
 */
public final class Engine {
  private Engine() {}

  /** Reads a {@link Request} from standard input and says {@link Answers} on standard output. */
  public static void main(String[] arguments) throws IOException {
    var out = new BufferedOutputStream(System.out);
    System.setOut(System.err); // so that nothing else gets in between
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var request = JsonMapper.shared().readValue(in.readLine(), Request.class);
    endWithWhoAsked(in);
    answer(request, out);
    Runtime.getRuntime().halt(0); // at once, although somebody may still be reading the input
  }

  /**
   * Answers in this process, which neither ends what does not end nor bounds its memory.
   *
   * @param out where {@link Answers} are said
   */
  public static void answer(Request request, OutputStream out) throws IOException {
    var answers = new Answers(out);
    try {
      answer(request, answers);
    } catch (Refusal refusal) {
      answers.problem(refusal);
    } catch (LabelMistake e) {
      answers.problem(
          new Refusal(String.valueOf(e.getMessage()), "mend it, or name the format that it is of"));
    } catch (Problem e) {
      answers.problem(new Refusal(e.explanation(), e.remedy()));
    } catch (SQLException e) {
      answers.problem(DuckProblem.parse(e, 0).refusal());
    } catch (IOException e) {
      answers.problem(new Refusal(String.valueOf(e.getMessage()), "look whether the disk is full"));
    }
  }

  private static void answer(Request request, Answers answers)
      throws IOException, SQLException, LabelMistake {
    var file = Path.of(request.database());
    if (!Files.exists(file) && request.labels() != null) {
      new Loading(request.labels()).load(file, request.memoryBytes());
    } else if (!Files.exists(file) && request.manifest() != null) {
      new ManifestLoading(Path.of(request.manifest())).load(file, request.memoryBytes());
    }
    try (var database = Database.confined(file, request.memoryBytes())) {
      answers.ready();
      new Selecting(database, request).answer(answers);
    }
  }

  /** The input ends when the process that wrote it does. */
  private static void endWithWhoAsked(BufferedReader in) {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            while (in.read() >= 0) {
              // nothing more is expected
            }
          } catch (IOException _) {
            // the same as its end
          }
          Runtime.getRuntime().halt(1);
        });
  }
}
