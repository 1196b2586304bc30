package dev.fovea.registry.artifacts;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.protocol.ErrorCode;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The files of runs and logged models: bytes by digest in the object store, and a table that says
 * which path has which.
 */
@Component
public final class Artifacts {
  private static final int MOST_ENTRIES = 10_000;
  private static final String REGISTERED =
      " or exists (select 1 from registry.model_version v where v.project = o.project and v.logged_model = o.id)";

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final ObjectStore objects;
  private final ArtifactLimits limits;

  Artifacts(
      JdbcClient database,
      TransactionTemplate transaction,
      ObjectStore objects,
      ArtifactLimits limits) {
    this.database = database;
    this.transaction = transaction;
    this.objects = objects;
    this.limits = limits;
  }

  /** Stores a file; the row appears only when the bytes are whole and durable. */
  public void put(Name project, ArtifactPath path, InputStream bytes) throws IOException {
    requireOwner(project, path);
    if (path.path().isEmpty()) {
      throw MlflowError.invalid("Invalid path: no file name");
    }
    var counted = new Counted(bytes, limits.maxArtifact().toBytes());
    var digest = objects.put(counted);
    put(path.owner(), new Artifact(path.path(), digest, counted.count()));
  }

  /** Gives a stored object a path. */
  public void put(String owner, Artifact artifact) {
    transaction.executeWithoutResult(_ -> {
      refuseFileAsFolder(owner, artifact.path());
      var written =
          database
              .sql(
                  """
                  insert into registry.artifact as old (owner, path, digest, bytes) values (?, ?, ?, ?)
                  on conflict (owner, path) do update set digest = excluded.digest, bytes = excluded.bytes, at = now()
                  where not old.frozen or old.digest = excluded.digest
                  """)
              .params(owner, artifact.path(), artifact.digest().toString(), artifact.bytes())
              .update();
      if (written == 0) {
        throw frozen(artifact.path());
      }
    });
  }

  /** One file; empty where there is none, or not for this project. */
  public Optional<Artifact> find(Name project, ArtifactPath path) {
    return hasOwner(project, path)
        ? database
            .sql("select path, digest, bytes from registry.artifact where owner = ? and path = ?")
            .params(path.owner(), path.path())
            .query((row, _) -> artifact(row))
            .optional()
        : Optional.empty();
  }

  /** The content of a file. */
  public InputStream open(Artifact artifact) throws IOException {
    return objects.open(artifact.digest());
  }

  /** What a folder holds, by name; empty where there is no such folder, or not for this project. */
  public List<Entry> list(Name project, ArtifactPath folder) {
    if (!hasOwner(project, folder)) {
      return List.of();
    }
    var prefix = folder.path().isEmpty() ? "" : folder.path() + "/";
    return database
        .sql(
            """
            select split_part(substr(path, ?), '/', 1) as name, bool_or(strpos(substr(path, ?), '/') > 0) as folder,
              max(bytes) as bytes, max(digest) as digest
            from registry.artifact where owner = ? and path >= ? and path < ? group by 1 order by 1 limit ?
            """)
        .params(
            prefix.codePointCount(0, prefix.length()) + 1,
            prefix.codePointCount(0, prefix.length()) + 1,
            folder.owner(),
            prefix,
            after(prefix),
            MOST_ENTRIES)
        .query((row, _) ->
            new Entry(
                row.getString("name"),
                row.getBoolean("folder"),
                row.getBoolean("folder") ? 0 : row.getLong("bytes"),
                row.getBoolean("folder")
                    ? Optional.empty()
                    : Optional.of(Digest.parse(row.getString("digest")))))
        .list();
  }

  /** All files under a folder, or the file itself, by path; at most 10,000. */
  public List<Artifact> under(ArtifactPath place) {
    return under(place, MOST_ENTRIES);
  }

  /** The first files under a folder, or the file itself, by path. */
  public List<Artifact> under(ArtifactPath place, int most) {
    var prefix = place.path().isEmpty() ? "" : place.path() + "/";
    return database
        .sql(
            """
            select path, digest, bytes from registry.artifact
            where owner = ? and (path = ? or (path >= ? and path < ?)) order by path limit ?
            """)
        .params(place.owner(), place.path(), prefix, after(prefix), most)
        .query((row, _) -> artifact(row))
        .list();
  }

  /** Keeps everything under a place as it is for good, since a registered version stands on it. */
  public void freeze(ArtifactPath place) {
    var prefix = place.path().isEmpty() ? "" : place.path() + "/";
    database
        .sql(
            "update registry.artifact set frozen = true where owner = ? and (path = ? or (path >= ? and path < ?))")
        .params(place.owner(), place.path(), prefix, after(prefix))
        .update();
  }

  /** Forgets the paths under a place; their objects stay until they are collected. */
  public void delete(Name project, ArtifactPath place) {
    requireOwner(project, place);
    var files = under(place);
    transaction.executeWithoutResult(_ -> {
      for (var file : files) {
        var gone =
            database
                .sql("delete from registry.artifact where owner = ? and path = ? and not frozen")
                .params(place.owner(), file.path())
                .update();
        if (gone == 0) {
          throw frozen(file.path());
        }
      }
    });
  }

  /**
   * Whether the project has the run or logged model, and its files are in sight: it is not deleted,
   * or is a logged model that a registered version is made of.
   */
  public boolean hasOwner(Name project, ArtifactPath path) {
    return owns(project, path, path.isOfModel() ? REGISTERED : "");
  }

  /** Refuses a file that could not be put here, before its bytes are sent. */
  void requireFree(Name project, ArtifactPath path) {
    requireOwner(project, path);
    if (path.path().isEmpty()) {
      throw MlflowError.invalid("Invalid path: no file name");
    }
    refuseFileAsFolder(path.owner(), path.path());
    var frozen =
        database
            .sql("select count(*) from registry.artifact where owner = ? and path = ? and frozen")
            .params(path.owner(), path.path())
            .query(Long.class)
            .single();
    if (frozen > 0) {
      throw frozen(path.path());
    }
  }

  /** Refuses where there is no such run or logged model, or none for this project. */
  void requireOwner(Name project, ArtifactPath path) {
    if (!owns(project, path, "")) {
      throw MlflowError.missing("No such artifact: '%s'".formatted(path.uri()));
    }
  }

  private boolean owns(Name project, ArtifactPath path, String orElse) {
    return database
            .sql(
                """
                select count(*) from %s o where o.project = ? and o.id = ? and o.experiment = ?
                and (o.lifecycle = 'active'%s)
                """
                    .formatted(path.isOfModel() ? "registry.logged_model" : "registry.run", orElse))
            .params(project.text(), path.owner(), path.experiment())
            .query(Long.class)
            .single()
        > 0;
  }

  private void refuseFileAsFolder(String owner, String path) {
    var above = new ArrayList<String>();
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      above.add(path.substring(0, slash));
    }
    var inTheWay =
        database
            .sql(
                """
                select path from registry.artifact
                where owner = ? and (path = any(?) or (path >= ? and path < ?)) limit 1
                """)
            .params(owner, above.toArray(String[]::new), path + "/", after(path + "/"))
            .query(String.class)
            .optional();
    inTheWay.ifPresent(other -> {
      throw MlflowError.invalid(
          "Invalid path: '%s' cannot be beside '%s', one is a file".formatted(path, other));
    });
  }

  // The first text that no text with this prefix reaches, in the order of the column's collation.
  private static String after(String prefix) {
    return prefix.isEmpty()
        ? Character.toString(Character.MAX_CODE_POINT)
        : prefix.substring(0, prefix.length() - 1) + "0";
  }

  private static MlflowError frozen(String path) {
    return new MlflowError(
        ErrorCode.RESOURCE_CONFLICT,
        "artifact '%s' belongs to a registered model version, whose files never change"
            .formatted(path));
  }

  private static Artifact artifact(ResultSet row) throws SQLException {
    return new Artifact(
        row.getString("path"), Digest.parse(row.getString("digest")), row.getLong("bytes"));
  }
}
