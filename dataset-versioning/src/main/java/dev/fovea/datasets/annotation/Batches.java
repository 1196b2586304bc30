package dev.fovea.datasets.annotation;

import dev.fovea.datasets.Annotation.Batch;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Batches of items. */
@Repository
class Batches {
  private static final String SELECT =
      """
      select batch.*,
        (select count(*) from datasets.item where item.project = batch.project and item.batch = batch.digest) as items,
        (select count(*) from datasets.item
          where item.project = batch.project and item.batch = batch.digest and item.labelled is not null) as judged,
        (select version.digest from datasets.version
          where version.project = batch.project and version.batch = batch.digest order by number limit 1) as version
      from datasets.batch
      where batch.project = :project
      """;

  private final JdbcClient db;

  Batches(JdbcClient db) {
    this.db = db;
  }

  /** Adds one; false when the same frames have been chosen before. */
  boolean add(Name project, Digest digest, Name dataset, Name model, List<String> classes) {
    return db.sql(
                """
                insert into datasets.batch (project, digest, dataset, model, classes)
                values (:project, :digest, :dataset, :model, :classes) on conflict do nothing
                """)
            .param("project", project.text())
            .param("digest", digest.toString())
            .param("dataset", dataset.text())
            .param("model", model.text())
            .param("classes", classes.toArray(String[]::new))
            .update()
        == 1;
  }

  List<Batch> all(Name project) {
    return db.sql(SELECT + " order by batch.chosen desc")
        .param("project", project.text())
        .query((row, _) -> batch(row))
        .list();
  }

  Optional<Batch> find(Name project, Digest digest) {
    return db.sql(SELECT + " and batch.digest = :digest")
        .param("project", project.text())
        .param("digest", digest.toString())
        .query((row, _) -> batch(row))
        .optional();
  }

  /** Takes no more labels for a batch; waits for those that are being written. */
  void close(Name project, Digest digest) {
    setClosed(project, digest, "now()");
  }

  /** Takes labels again. */
  void reopen(Name project, Digest digest) {
    setClosed(project, digest, "null");
  }

  private void setClosed(Name project, Digest digest, String when) {
    db.sql(
            "update datasets.batch set closed = %s where project = :project and digest = :digest"
                .formatted(when))
        .param("project", project.text())
        .param("digest", digest.toString())
        .update();
  }

  boolean isClosed(Name project, Digest digest) {
    return db.sql(
            "select closed is not null from datasets.batch where project = :project and digest = :digest")
        .param("project", project.text())
        .param("digest", digest.toString())
        .query(Boolean.class)
        .single();
  }

  private static Batch batch(ResultSet row) throws SQLException {
    return new Batch(
        Digest.parse(row.getString("digest")),
        Name.of(row.getString("dataset")),
        Name.of(row.getString("model")),
        List.of((String[]) row.getArray("classes").getArray()),
        row.getInt("items"),
        row.getInt("judged"),
        Optional.ofNullable(row.getString("version")).map(Digest::parse),
        row.getObject("chosen", OffsetDateTime.class).toInstant());
  }
}
