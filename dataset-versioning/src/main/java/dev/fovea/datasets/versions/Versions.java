package dev.fovea.datasets.versions;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.quality.Settled;
import dev.fovea.datasets.repository.Repositories;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The dataset versions and where each branch points. */
@Repository
public class Versions {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final int MOST_OF_FOLDER = 10;

  private final JdbcClient db;

  Versions(JdbcClient db) {
    this.db = db;
  }

  /** The version of that digest. */
  public Optional<DatasetVersion> find(Name project, Name dataset, Digest digest) {
    return db.sql(
            "select * from datasets.version where project = :project and dataset = :dataset and"
                + " digest = :digest")
        .param("project", project.text())
        .param("dataset", dataset.text())
        .param("digest", digest.toString())
        .query((row, _) -> version(row))
        .optional();
  }

  /** All versions, newest first. */
  List<DatasetVersion> all(Name project, Name dataset) {
    return db.sql(
            "select * from datasets.version where project = :project and dataset = :dataset order"
                + " by number desc")
        .param("project", project.text())
        .param("dataset", dataset.text())
        .query((row, _) -> version(row))
        .list();
  }

  /** What a branch has of each dataset, by name. */
  public List<DatasetVersion> heads(Name project, String branch) {
    return db.sql(
            """
            select version.* from datasets.version join datasets.head using (project, dataset, digest)
            where head.project = :project and head.branch = :branch order by dataset
            """)
        .param("project", project.text())
        .param("branch", branch)
        .query((row, _) -> version(row))
        .list();
  }

  /** What a branch has of a dataset. */
  public Optional<DatasetVersion> head(Name project, String branch, Name dataset) {
    return heads(project, branch).stream()
        .filter(version -> version.dataset().equals(dataset))
        .findFirst();
  }

  /**
   * The versions whose folder is this one, whichever dataset's and however they read it: newest
   * first, at most 10.
   *
   * @param folder name of its object
   */
  List<DatasetVersion> ofFolder(Name project, String folder) {
    return db.sql(
            """
            select * from datasets.version where project = :project and dvc = :dvc
            order by created desc, dataset, number desc limit :most
            """)
        .param("project", project.text())
        .param("dvc", folder)
        .param("most", MOST_OF_FOLDER)
        .query((row, _) -> version(row))
        .list();
  }

  /** The version that a batch of labels became. */
  public Optional<DatasetVersion> ofBatch(Name project, Digest batch) {
    return db.sql(
            "select * from datasets.version where project = :project and batch = :batch order by"
                + " number limit 1")
        .param("project", project.text())
        .param("batch", batch.toString())
        .query((row, _) -> version(row))
        .optional();
  }

  /** What each dataset is before a commit to a branch: what the gate compares with. */
  public Map<Name, Settled> settled(Name project, String branch) {
    var parents = new HashMap<Name, Digest>();
    heads(project, Repositories.MAIN).forEach(head -> parents.put(head.dataset(), head.digest()));
    heads(project, branch).forEach(head -> parents.put(head.dataset(), head.digest()));
    var settled = new HashMap<Name, Settled>();
    db.sql(
            "select distinct on (dataset) * from datasets.version where project = :project order by"
                + " dataset, number desc")
        .param("project", project.text())
        .query((row, _) -> version(row))
        .list()
        .forEach(version ->
            settled.put(
                version.dataset(),
                new Settled(
                    version.classes(), Optional.ofNullable(parents.get(version.dataset())))));
    return settled;
  }

  /** The number of a dataset's next version; right as long as the project's lock is held. */
  int next(Name project, Name dataset) {
    return db.sql(
            "select coalesce(max(number), 0) + 1 from datasets.version where project = :project and"
                + " dataset = :dataset")
        .param("project", project.text())
        .param("dataset", dataset.text())
        .query(Integer.class)
        .single();
  }

  /** Adds a version; false when the dataset has had this content before. */
  boolean add(DatasetVersion version, Optional<Digest> batch) {
    return db.sql(
                """
                insert into datasets.version (project, dataset, number, digest, commit_sha, branch, dvc, classes, images, bytes, splits,
                  parent, added, removed, relabelled, author, batch, created)
                values (:project, :dataset, :number, :digest, :commit, :branch, :dvc, :classes, :images, :bytes, :splits::jsonb,
                  :parent, :added, :removed, :relabelled, :author, :batch, :created)
                on conflict (project, dataset, digest) do nothing
                """)
            .param("project", version.project().text())
            .param("dataset", version.dataset().text())
            .param("number", version.number())
            .param("digest", version.digest().toString())
            .param("commit", version.commit().sha())
            .param("branch", version.branch())
            .param("dvc", version.dvc())
            .param("classes", version.classes().toArray(String[]::new))
            .param("images", version.images())
            .param("bytes", version.bytes().bytes())
            .param("splits", JSON.writeValueAsString(version.splits()))
            .param("parent", version.parent().map(Digest::toString).orElse(null))
            .param("added", version.added())
            .param("removed", version.removed())
            .param("relabelled", version.relabelled())
            .param("author", version.author())
            .param("batch", batch.map(Digest::toString).orElse(null))
            .param("created", OffsetDateTime.ofInstant(version.at(), ZoneOffset.UTC))
            .update()
        == 1;
  }

  /** Points a branch to a version. */
  void move(Name project, String branch, Name dataset, Digest digest) {
    db.sql(
            """
            insert into datasets.head (project, branch, dataset, digest) values (:project, :branch, :dataset, :digest)
            on conflict (project, branch, dataset) do update set digest = excluded.digest
            """)
        .param("project", project.text())
        .param("branch", branch)
        .param("dataset", dataset.text())
        .param("digest", digest.toString())
        .update();
  }

  private static DatasetVersion version(ResultSet row) throws SQLException {
    return new DatasetVersion(
        Name.of(row.getString("project")),
        Name.of(row.getString("dataset")),
        Digest.parse(row.getString("digest")),
        row.getInt("number"),
        GitCommit.of(row.getString("commit_sha")),
        row.getString("branch"),
        row.getString("dvc"),
        List.of((String[]) row.getArray("classes").getArray()),
        row.getInt("images"),
        ByteSize.of(row.getLong("bytes")),
        JSON.readValue(row.getString("splits"), new TypeReference<Map<String, Integer>>() {}),
        Optional.ofNullable(row.getString("parent")).map(Digest::parse),
        row.getInt("added"),
        row.getInt("removed"),
        row.getInt("relabelled"),
        row.getString("author"),
        row.getObject("created", OffsetDateTime.class).toInstant());
  }
}
