package dev.fovea.datasets.dvc;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Which object has which of DVC's names, project by project. */
@Repository
public class DvcObjects {
  private final JdbcClient db;
  private final ObjectStore objects;

  DvcObjects(JdbcClient db, ObjectStore objects) {
    this.db = db;
    this.objects = objects;
  }

  /**
   * What a name stands for.
   *
   * @param digest of the bytes
   * @param bytes how many
   */
  public record Stored(Digest digest, long bytes) {}

  /** The object of that name: 32 hex digits, {@code .dir} behind those of a folder. */
  public Optional<Stored> find(Name project, String name) {
    return db.sql(
            "select digest, bytes from datasets.dvc_object where project = :project and name ="
                + " :name")
        .param("project", project.text())
        .param("name", name)
        .query((row, _) -> stored(row))
        .optional();
  }

  /** Those of the names that exist. */
  public Map<String, Stored> find(Name project, Collection<String> names) {
    var found = new HashMap<String, Stored>();
    db.sql(
            """
            select name, digest, bytes from datasets.dvc_object
            where project = :project and name = any(:names)
            """)
        .param("project", project.text())
        .param("names", names.toArray(String[]::new))
        .query((row, _) -> Map.entry(row.getString("name"), stored(row)))
        .list()
        .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
    return found;
  }

  /**
   * An object under its name.
   *
   * @param name 32 hex digits
   */
  public record Named(String name, Stored stored) {}

  /** Stores bytes that Fovea has itself. */
  public Named put(Name project, byte[] bytes) throws IOException {
    var stored = new Stored(objects.put(bytes), bytes.length);
    name(project, Md5.hex(bytes), stored);
    return new Named(Md5.hex(bytes), stored);
  }

  /** Stores a folder, whose files are there already. */
  public void put(Name project, DvcDirectory directory) throws IOException {
    var bytes = directory.bytes();
    name(project, directory.name(), new Stored(objects.put(bytes), bytes.length));
  }

  /**
   * Gives an object its name.
   *
   * @throws DvcObjectRefused when another object has it: the MD5s are equal and the SHA-256s are
   *     not
   */
  public void name(Name project, String name, Stored stored) {
    db.sql(
            """
            insert into datasets.dvc_object (project, name, digest, bytes)
            values (:project, :name, :digest, :bytes) on conflict do nothing
            """)
        .param("project", project.text())
        .param("name", name)
        .param("digest", stored.digest().toString())
        .param("bytes", stored.bytes())
        .update();
    var first = find(project, name).orElseThrow();
    if (!first.digest().equals(stored.digest())) {
      throw DvcObjectRefused.collision(name, first.digest(), stored.digest());
    }
  }

  private static Stored stored(ResultSet row) throws SQLException {
    return new Stored(Digest.parse(row.getString("digest")), row.getLong("bytes"));
  }
}
