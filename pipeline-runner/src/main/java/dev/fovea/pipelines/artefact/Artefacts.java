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
  private final Notes notes;
  private final ObjectStore objects;

  /** Remembers what was made by which recipe. */
  public interface Notes {
    /**
     * What was noted last.
     *
     * @param key of the recipe
     */
    Optional<Digest> find(Digest key) throws IOException;

    /** Notes it; may be called again. */
    void keep(Digest key, Digest output) throws IOException;
  }

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
    this(new NotedRows(jdbc), objects);
  }

  public Artefacts(Notes notes, ObjectStore objects) {
    this.notes = notes;
    this.objects = objects;
  }

  /** What was made by this recipe, if it is still in the store. */
  public Optional<Digest> find(Recipe recipe) throws IOException {
    var output = notes.find(recipe.key());
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
  public void keep(Recipe recipe, Digest output) throws IOException {
    notes.keep(recipe.key(), output);
  }
}
