package dev.fovea.pipelines.artefact;

import dev.fovea.kernel.Digest;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What was made, in the database. */
record NotedRows(JdbcClient jdbc) implements Artefacts.Notes {
  @Override
  public Optional<Digest> find(Digest key) {
    return jdbc.sql("select output from pipelines.artefact where key = :key")
        .param("key", key.toString())
        .query(String.class)
        .optional()
        .map(Digest::parse);
  }

  @Override
  public void keep(Digest key, Digest output) {
    jdbc.sql(
            """
            insert into pipelines.artefact (key, output) values (:key, :output)
            on conflict (key) do update set output = excluded.output
            """)
        .param("key", key.toString())
        .param("output", output.toString())
        .update();
  }
}
