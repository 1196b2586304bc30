package dev.fovea.datasets.frames;

import dev.fovea.datasets.Frame;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** All frames. */
@Repository
public class CapturedFrames {
  private final JdbcClient db;
  private final JdbcTemplate batches;

  CapturedFrames(JdbcClient db, JdbcTemplate batches) {
    this.db = db;
    this.batches = batches;
  }

  /** Adds frames; an image that the same variant has answered before is left as it is. */
  void add(Name project, List<Frame> frames) {
    batches.batchUpdate(
        """
        insert into datasets.frame (project, image, model, variant, arm, answer, confidence, margin, probabilities, reason, seen)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
        """,
        frames.stream().map(frame -> row(project, frame)).toList());
  }

  private static Object[] row(Name project, Frame frame) {
    return new Object[] {
      project.text(),
      frame.image().toString(),
      frame.model().text(),
      frame.variant().toString(),
      frame.arm(),
      frame.answer(),
      frame.confidence(),
      frame.margin(),
      frame.probabilities().toArray(Double[]::new),
      frame.reason(),
      OffsetDateTime.ofInstant(frame.seen(), ZoneOffset.UTC)
    };
  }

  List<Frame> newest(Name project, int limit) {
    return db.sql(
            "select * from datasets.frame where project = :project order by seen desc, image limit :limit")
        .param("project", project.text())
        .param("limit", limit)
        .query((row, _) -> frame(row))
        .list();
  }

  Optional<Frame> find(Name project, Digest image) {
    return db.sql(
            "select * from datasets.frame where project = :project and image = :image order by seen desc limit 1")
        .param("project", project.text())
        .param("image", image.toString())
        .query((row, _) -> frame(row))
        .optional();
  }

  long count(Name project) {
    return db.sql("select count(*) from datasets.frame where project = :project")
        .param("project", project.text())
        .query(Long.class)
        .single();
  }

  /**
   * The frames of a model that it was least sure of and that nobody has judged, the smallest margin
   * first; one an image.
   */
  public List<Frame> unsure(Name project, Name model, int limit) {
    return db.sql(
            """
            select * from (
              select distinct on (image) * from datasets.frame
              where project = :project and model = :model and arm = 'stable' and not exists (
                select from datasets.item
                where item.project = frame.project and item.image = frame.image and item.labelled is not null)
              order by image, margin, variant) as one
            order by margin, image limit :limit
            """)
        .param("project", project.text())
        .param("model", model.text())
        .param("limit", limit)
        .query((row, _) -> frame(row))
        .list();
  }

  private static Frame frame(ResultSet row) throws SQLException {
    return new Frame(
        Digest.parse(row.getString("image")),
        Name.of(row.getString("model")),
        Digest.parse(row.getString("variant")),
        row.getString("arm"),
        row.getString("answer"),
        row.getDouble("confidence"),
        row.getDouble("margin"),
        Arrays.asList((Double[]) row.getArray("probabilities").getArray()),
        row.getString("reason"),
        row.getObject("seen", OffsetDateTime.class).toInstant());
  }
}
