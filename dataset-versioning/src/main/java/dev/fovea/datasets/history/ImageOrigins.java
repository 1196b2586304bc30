package dev.fovea.datasets.history;

import dev.fovea.datasets.Frame;
import dev.fovea.datasets.ImageHistories.Labelled;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Where images came from: the frames that models saw, and what annotators said of them. */
@Repository
class ImageOrigins {
  private static final int SHOWN = 20;

  private final JdbcClient db;

  ImageOrigins(JdbcClient db) {
    this.db = db;
  }

  /** The judgements of these images, newest first. */
  List<Labelled> labelled(Name project, Collection<Digest> images) {
    return db.sql(
            """
            select image, batch, number, label, holder, labelled from datasets.item
            where project = :project and image = any(:images) and labelled is not null
            order by labelled desc, batch, number limit :shown
            """)
        .param("project", project.text())
        .param("images", texts(images))
        .param("shown", SHOWN)
        .query((row, _) ->
            new Labelled(
                Digest.parse(row.getString("image")),
                Digest.parse(row.getString("batch")),
                row.getInt("number"),
                Optional.ofNullable(row.getString("label")),
                row.getString("holder"),
                row.getObject("labelled", OffsetDateTime.class).toInstant()))
        .list();
  }

  /** The frames of these images, newest first. */
  List<Frame> frames(Name project, Collection<Digest> images) {
    return db.sql(
            """
            select * from datasets.frame where project = :project and image = any(:images)
            order by seen desc, model, variant limit :shown
            """)
        .param("project", project.text())
        .param("images", texts(images))
        .param("shown", SHOWN)
        .query((row, _) ->
            new Frame(
                Digest.parse(row.getString("image")),
                Name.of(row.getString("model")),
                Digest.parse(row.getString("variant")),
                row.getString("arm"),
                row.getString("answer"),
                row.getDouble("confidence"),
                row.getDouble("margin"),
                Arrays.asList((Double[]) row.getArray("probabilities").getArray()),
                row.getString("reason"),
                row.getObject("seen", OffsetDateTime.class).toInstant()))
        .list();
  }

  private static String[] texts(Collection<Digest> images) {
    return images.stream().map(Digest::toString).toArray(String[]::new);
  }
}
