package dev.fovea.datasets.annotation;

import dev.fovea.datasets.Annotation.Item;
import dev.fovea.datasets.annotation.FrameSelector.Chosen;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The items of all batches, with their leases, which are judged by the database's clock alone. */
@Repository
class Items {
  private static final String COLUMNS =
      """
      batch, number, image, guess, confidence, why, label, usable,
      case when labelled is not null or lease_until > now() then holder end as shown_holder
      """;

  private final JdbcClient db;

  Items(JdbcClient db) {
    this.db = db;
  }

  void add(Name project, Digest batch, int number, Chosen chosen) {
    db.sql(
            """
            insert into datasets.item (project, batch, number, image, variant, guess, confidence, why)
            values (:project, :batch, :number, :image, :variant, :guess, :confidence, :why)
            """)
        .param("project", project.text())
        .param("batch", batch.toString())
        .param("number", number)
        .param("image", chosen.frame().image().toString())
        .param("variant", chosen.frame().variant().toString())
        .param("guess", chosen.frame().answer())
        .param("confidence", chosen.frame().confidence())
        .param("why", chosen.why())
        .update();
  }

  List<Item> of(Name project, Digest batch) {
    return db.sql(
            "select "
                + COLUMNS
                + " from datasets.item where project = :project and batch = :batch order by number")
        .param("project", project.text())
        .param("batch", batch.toString())
        .query((row, _) -> item(row))
        .list();
  }

  Optional<Item> find(Name project, Digest batch, int number) {
    return db.sql(
            "select "
                + COLUMNS
                + " from datasets.item where project = :project and batch = :batch and number = :number")
        .param("project", project.text())
        .param("batch", batch.toString())
        .param("number", number)
        .query((row, _) -> item(row))
        .optional();
  }

  /**
   * Takes the first item that nobody has judged and nobody else holds; one that the annotator holds
   * already comes again.
   */
  Optional<Item> lease(Name project, Digest batch, String who, Duration length) {
    return db.sql(
            """
            update datasets.item set holder = :who, lease_until = now() + make_interval(secs => :seconds)
            where project = :project and batch = :batch and number = (
              select number from datasets.item
              where project = :project and batch = :batch and labelled is null
                and (lease_until is null or lease_until <= now() or holder = :who)
              order by number limit 1 for update skip locked)
            returning
            """
                + COLUMNS)
        .param("project", project.text())
        .param("batch", batch.toString())
        .param("who", who)
        .param("seconds", length.toMillis() / 1e3)
        .query((row, _) -> item(row))
        .optional();
  }

  /**
   * Judges an item, unless somebody else has done so or holds it, or its batch is closed; false
   * then.
   */
  boolean judge(Name project, Digest batch, int number, String who, Optional<String> label) {
    return db.sql(
                """
                with open as (
                  select from datasets.batch where project = :project and digest = :batch and closed is null for share)
                update datasets.item set holder = :who, label = :label, usable = :usable, labelled = now(), lease_until = null
                where project = :project and batch = :batch and number = :number and exists (select from open)
                  and (holder is null or holder = :who or (labelled is null and (lease_until is null or lease_until <= now())))
                """)
            .param("project", project.text())
            .param("batch", batch.toString())
            .param("number", number)
            .param("who", who)
            .param("label", label.orElse(null))
            .param("usable", label.isPresent())
            .update()
        == 1;
  }

  private static Item item(ResultSet row) throws SQLException {
    return new Item(
        Digest.parse(row.getString("batch")),
        row.getInt("number"),
        Digest.parse(row.getString("image")),
        row.getString("guess"),
        row.getDouble("confidence"),
        row.getString("why"),
        Optional.ofNullable(row.getString("label")),
        row.getBoolean("usable"),
        Optional.ofNullable(row.getString("shown_holder")));
  }
}
