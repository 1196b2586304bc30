package dev.fovea.datasets.history;

import dev.fovea.datasets.ImageHistories;
import dev.fovea.datasets.ImageHistories.Change;
import dev.fovea.datasets.ImageHistories.Place;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The changes of images, version by version. */
@Repository
class ImageChanges {
  private static final int ROWS_AT_ONCE = 5_000;

  private final JdbcClient db;

  ImageChanges(JdbcClient db) {
    this.db = db;
  }

  /** A version whose changes are not written down. */
  record Unwritten(
      Name project, Name dataset, int number, Digest digest, Optional<Digest> parent) {}

  /** Writes down what a version did; nothing where that is done. To be called in a transaction. */
  void add(Name project, Name dataset, int number, List<ImageChange> changes) {
    int fresh =
        db.sql(
                """
                insert into datasets.image_history (project, dataset, number, changes)
                values (:project, :dataset, :number, :changes) on conflict do nothing
                """)
            .param("project", project.text())
            .param("dataset", dataset.text())
            .param("number", number)
            .param("changes", changes.size())
            .update();
    for (int from = 0; fresh == 1 && from < changes.size(); from += ROWS_AT_ONCE) {
      int to = Math.min(changes.size(), from + ROWS_AT_ONCE);
      rows(project, dataset, number, changes.subList(from, to));
    }
  }

  private void rows(Name project, Name dataset, int number, List<ImageChange> changes) {
    db.sql(
            """
            insert into datasets.image_change (project, dataset, number,
              old_path, old_image, old_label, old_split, old_slice, new_path, new_image, new_label, new_split, new_slice)
            select :project, :dataset, :number, * from unnest(
              :oldPaths::text[], :oldImages::text[], :oldLabels::text[], :oldSplits::text[], :oldSlices::text[],
              :newPaths::text[], :newImages::text[], :newLabels::text[], :newSplits::text[], :newSlices::text[])
            """)
        .param("project", project.text())
        .param("dataset", dataset.text())
        .param("number", number)
        .param("oldPaths", column(changes, change -> change.before().map(Place::path)))
        .param("oldImages", column(changes, change -> change.before().map(ImageChanges::image)))
        .param("oldLabels", column(changes, change -> change.before().map(Place::label)))
        .param("oldSplits", column(changes, change -> change.before().map(Place::split)))
        .param("oldSlices", column(changes, change -> change.before().flatMap(Place::slice)))
        .param("newPaths", column(changes, change -> change.after().map(Place::path)))
        .param("newImages", column(changes, change -> change.after().map(ImageChanges::image)))
        .param("newLabels", column(changes, change -> change.after().map(Place::label)))
        .param("newSplits", column(changes, change -> change.after().map(Place::split)))
        .param("newSlices", column(changes, change -> change.after().flatMap(Place::slice)))
        .update();
  }

  private static String image(Place place) {
    return place.image().toString();
  }

  private static @Nullable String[] column(
      List<ImageChange> changes, Function<ImageChange, Optional<String>> value) {
    var column = new @Nullable String[changes.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = value.apply(changes.get(i)).orElse(null);
    }
    return column;
  }

  /** The versions that are not written down, oldest first. */
  List<Unwritten> missing() {
    return db.sql(
            """
            select project, dataset, number, digest, parent from datasets.version where not exists (
              select from datasets.image_history
              where (image_history.project, image_history.dataset, image_history.number)
                  = (version.project, version.dataset, version.number))
            order by project, dataset, number
            """)
        .query((row, _) ->
            new Unwritten(
                Name.of(row.getString("project")),
                Name.of(row.getString("dataset")),
                row.getInt("number"),
                Digest.parse(row.getString("digest")),
                Optional.ofNullable(row.getString("parent")).map(Digest::parse)))
        .list();
  }

  /** How many versions of a dataset are not written down. */
  int missing(Name project, Name dataset) {
    return db.sql(
            """
            select (select count(*) from datasets.version where project = :project and dataset = :dataset)
              - (select count(*) from datasets.image_history where project = :project and dataset = :dataset)
            """)
        .param("project", project.text())
        .param("dataset", dataset.text())
        .query(Integer.class)
        .single();
  }

  /**
   * What was done to a path by versions with smaller numbers, newest first; of one version, what
   * came to lie there before what left.
   */
  List<Change> of(Name project, Name dataset, String path, int before, int limit) {
    return db.sql(
            """
            with found as materialized (
              select * from datasets.image_change
              where project = :project and dataset = :dataset and number < :before and (
                new_path is not null and md5(new_path) = md5(:path) and new_path = :path
                or old_path is distinct from new_path and old_path is not null and md5(old_path) = md5(:path)
                  and old_path = :path)
              order by number desc, new_path is not distinct from :path desc limit :limit)
            select found.*, version.digest, version.parent, version.commit_sha, version.branch, version.author, version.created
            from found join datasets.version using (project, dataset, number)
            order by number desc, new_path is not distinct from :path desc
            """)
        .param("project", project.text())
        .param("dataset", dataset.text())
        .param("path", path)
        .param("before", before)
        .param("limit", limit)
        .query((row, _) -> change(row))
        .list();
  }

  /** What a version did to a path; what came to lie there where something else left it too. */
  Optional<Change> of(Name project, Name dataset, Digest version, String path) {
    return db.sql(
            """
            select image_change.*, version.digest, version.parent, version.commit_sha, version.branch, version.author,
              version.created
            from datasets.version join datasets.image_change using (project, dataset, number)
            where project = :project and dataset = :dataset and digest = :digest and (
              new_path is not null and md5(new_path) = md5(:path) and new_path = :path
              or old_path is distinct from new_path and old_path is not null and md5(old_path) = md5(:path)
                and old_path = :path)
            order by number desc, new_path is not distinct from :path desc limit 1
            """)
        .param("project", project.text())
        .param("dataset", dataset.text())
        .param("digest", version.toString())
        .param("path", path)
        .query((row, _) -> change(row))
        .optional();
  }

  private static Change change(ResultSet row) throws SQLException {
    var before = place(row, "old");
    var after = place(row, "new");
    return new Change(
        row.getInt("number"),
        Digest.parse(row.getString("digest")),
        Optional.ofNullable(row.getString("parent")).map(Digest::parse),
        GitCommit.of(row.getString("commit_sha")),
        row.getString("branch"),
        row.getString("author"),
        row.getObject("created", OffsetDateTime.class).toInstant(),
        ImageHistories.between(before, after),
        before,
        after);
  }

  private static Optional<Place> place(ResultSet row, String side) throws SQLException {
    var path = row.getString(side + "_path");
    return path == null
        ? Optional.empty()
        : Optional.of(
            new Place(
                path,
                Digest.parse(row.getString(side + "_image")),
                row.getString(side + "_label"),
                row.getString(side + "_split"),
                Optional.ofNullable(row.getString(side + "_slice"))));
  }
}
