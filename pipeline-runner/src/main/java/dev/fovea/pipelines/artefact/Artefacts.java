package dev.fovea.pipelines.artefact;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What has been made of which inputs. Two jobs that would make the same thing make it once; a job
 * that was killed finds what it made.
 */
public final class Artefacts {
  private final JdbcClient jdbc;
  private final ObjectStore objects;

  /** Makes an object and answers its digest. */
  @FunctionalInterface
  public interface Making {
    Digest make() throws Exception;
  }

  /**
   * What a thing is made of.
   *
   * @param kind how it is made, with a version that changes when the way does
   * @param inputs everything that the result depends on
   */
  public record Recipe(String kind, List<String> inputs) {
    public Recipe {
      inputs = List.copyOf(inputs);
    }

    Digest key() {
      return Digest.sha256(
          (kind + "\n" + String.join("\n", inputs)).getBytes(StandardCharsets.UTF_8));
    }
  }

  public Artefacts(JdbcClient jdbc, ObjectStore objects) {
    this.jdbc = jdbc;
    this.objects = objects;
  }

  /** What was made by this recipe, if it is still in the store. */
  public Optional<Digest> find(Recipe recipe) throws IOException {
    var output =
        jdbc.sql("select output from pipelines.artefact where key = :key")
            .param("key", recipe.key().toString())
            .query(String.class)
            .optional()
            .map(Digest::parse);
    return output.isPresent() && objects.exists(output.get()) ? output : Optional.empty();
  }

  /** The object made by this recipe: the one that exists, else it is made now. */
  public Digest made(Recipe recipe, Making making) throws Exception {
    var found = find(recipe);
    if (found.isPresent()) {
      return found.get();
    }
    var made = making.make();
    keep(recipe, made);
    return made;
  }

  /** Notes what was made by a recipe. */
  public void keep(Recipe recipe, Digest output) {
    jdbc.sql(
            """
            insert into pipelines.artefact (key, output) values (:key, :output)
            on conflict (key) do update set output = excluded.output
            """)
        .param("key", recipe.key().toString())
        .param("output", output.toString())
        .update();
  }
}
