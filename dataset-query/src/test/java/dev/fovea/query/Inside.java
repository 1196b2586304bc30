package dev.fovea.query;

import dev.fovea.query.engine.Engine;
import dev.fovea.query.engine.Request;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The engine in this process, which spares a second and a half for each query that comes back: for
 * tests of what queries answer, not of what ends them.
 */
final class Inside implements DatasetQuery.Running {
  @Override
  public QueryResult run(
      Workplace workplace, SqlText sql, QueryLimits limits, int files, Request request)
      throws IOException {
    var said = new ByteArrayOutputStream();
    Engine.answer(request, said);
    var lines = new ByteArrayInputStream(said.toByteArray());
    try {
      return new EngineAnswer(
              sql,
              () -> {},
              () -> {
                throw new AssertionError("the engine said no more");
              })
          .read(new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8)));
    } catch (EngineAnswer.Silence silence) {
      throw silence.problem();
    }
  }
}
