package dev.fovea.query;

import dev.fovea.kernel.Text;
import dev.fovea.query.engine.Answers;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Understands what an engine says, up to its end or its silence. */
final class EngineAnswer {
  private final SqlText sql;
  private final Runnable ready;
  private final Supplier<QueryProblem> why;

  /**
   * @param ready told when the tables are there
   * @param why asked why the engine said no more
   */
  EngineAnswer(SqlText sql, Runnable ready, Supplier<QueryProblem> why) {
    this.sql = sql;
    this.ready = ready;
    this.why = why;
  }

  /**
   * Reads it.
   *
   * @throws Silence when no rows come
   */
  QueryResult read(BufferedReader out) throws IOException, Silence {
    var columns = List.<String>of();
    var rows = new ArrayList<List<@Nullable Object>>();
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      var said = parse(line);
      var rest = said.subList(1, said.size());
      switch (String.valueOf(said.getFirst())) {
        case Answers.READY -> ready.run();
        case Answers.COLUMNS -> columns = rest.stream().map(String::valueOf).toList();
        case Answers.ROW -> rows.add(rest);
        case Answers.END -> {
          return new QueryResult(columns, rows, Boolean.TRUE.equals(rest.getFirst()));
        }
        case Answers.PROBLEM -> throw new Silence(problem(rest));
        default -> throw new IOException("the query's process said: " + Text.excerpt(line));
      }
    }
    throw new Silence(why.get());
  }

  /** What is cut off in the middle of a line is the end. */
  private List<@Nullable Object> parse(String line) throws Silence {
    try {
      return JsonMapper.shared().readValue(line, List.class);
    } catch (JacksonException _) {
      throw new Silence(why.get());
    }
  }

  private QueryProblem problem(List<@Nullable Object> said) {
    int at = said.get(1) instanceof Integer place ? place : -1;
    var what = String.valueOf(said.getFirst());
    return new QueryProblem(
        at < 0 ? what : sql.placeOfByte(at) + ": " + what, String.valueOf(said.getLast()));
  }

  /** Why no rows come. */
  static final class Silence extends Exception {
    private static final long serialVersionUID = 1;

    private final QueryProblem problem;

    Silence(QueryProblem problem) {
      super(problem);
      this.problem = problem;
    }

    QueryProblem problem() {
      return problem;
    }
  }
}
