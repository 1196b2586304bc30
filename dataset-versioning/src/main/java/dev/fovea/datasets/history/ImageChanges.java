package dev.fovea.datasets.history;

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
  record Unwritten(Name project, Name dataset, int number, Digest digest, Optional<Digest> parent) {}

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
      rows(
          project,
          dataset,
          number,
          changes.subList(from, Math.min(changes.size(), from + ROWS_AT_ONCE)));
    }
  }

  private void rows(Name project, Name dataset, int number, List<ImageChange> changes) {
    db.sql(
            """
            insert into datasets.image_change (project, dataset, number, image,
              old_path, old_label, old_split, old_slice, new_path, new_label, new_split, new_slice)
            select :project, :dataset, :number, * from unnest(:images::text[],
              :oldPaths::text[], :oldLabels::text[], :oldSplits::text[], :oldSlices::text[],
              :newPaths::text[], :newLabels::text[], :newSplits::text[], :newSlices::text[])
            """)
        .param("project", project.text())
        .param("dataset", dataset.text())
        .param("number", number)
        .param("images", column(changes, change -> Optional.of(change.image().toString())))
        .param("oldPaths", column(changes, change -> change.before().map(Place::path)))
        .param("oldLabels", column(changes, change -> change.before().map(Place::label)))
        .param("oldSplits", column(changes, change -> change.before().map(Place::split)))
        .param("oldSlices", column(changes, change -> change.before().flatMap(Place::slice)))
        .param("newPaths", column(changes, change -> change.after().map(Place::path)))
        .param("newLabels", column(changes, change -> change.after().map(Place::label)))
        .param("newSplits", column(changes, change -> change.after().map(Place::split)))
        .param("newSlices", column(changes, change -> change.after().flatMap(Place::slice)))
        .update();
  }

  private static String[] column(
      List<ImageChange> changes, Function<ImageChange, Optional<String>> value) {
    return changes.stream().map(change -> value.apply(change).orElse(null)).toArray(String[]::new);
  }

  /** The versions that are not written down, oldest first. */
  List<Unwritten> missing() {
    return db.sql(
            """
            select project, dataset, number, digest, parent from datasets.version
            where not exists (
              select from datasets.image_history
              where (image_history.project, image_history.dataset, image_history.number)
                  = (version.project, version.dataset, version.number))
            order by created, project, dataset, number
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

  /** Those of an image, newest first. */
  List<Change> ofImage(Name project, Name dataset, Digest image, int before, int limit) {
    return select("image = :wanted", project, dataset, image.toString(), before, limit);
  }

  /** Those of whatever lay under a path, newest first. */
  List<Change> ofPath(Name project, Name dataset, String path, int before, int limit) {
    return select(
        """
        (md5(old_path) = md5(:wanted) and old_path = :wanted
          or md5(new_path) = md5(:wanted) and new_path = :wanted)
        """,
        project,
        dataset,
        path,
        before,
        limit);
  }

  private List<Change> select(
      String which, Name project, Name dataset, String wanted, int before, int limit) {
    return db.sql(
            """
            select image_change.*, version.digest, version.parent, version.commit_sha, version.branch, version.author,
              version.created, version.batch
            from datasets.image_change join datasets.version using (project, dataset, number)
            where project = :project and dataset = :dataset and number < :before and
            """
                + which
                + " order by number desc, coalesce(new_path, old_path) limit :limit")
        .param("project", project.text())
        .param("dataset", dataset.text())
        .param("wanted", wanted)
        .param("before", before)
        .param("limit", limit)
        .query((row, _) -> change(row))
        .list();
  }

  private static Change change(ResultSet row) throws SQLException {
    return new Change(
        Digest.parse(row.getString("image")),
        row.getInt("number"),
        Digest.parse(row.getString("digest")),
        Optional.ofNullable(row.getString("parent")).map(Digest::parse),
        GitCommit.of(row.getString("commit_sha")),
        row.getString("branch"),
        row.getString("author"),
        row.getObject("created", OffsetDateTime.class).toInstant(),
        Optional.ofNullable(row.getString("batch")).map(Digest::parse),
        place(row, "old"),
        place(row, "new"));
  }

  private static Optional<Place> place(ResultSet row, String side) throws SQLException {
    var path = row.getString(side + "_path");
    return path == null
        ? Optional.empty()
        : Optional.of(
            new Place(
                path,
                row.getString(side + "_label"),
                row.getString(side + "_split"),
                Optional.ofNullable(row.getString(side + "_slice"))));
  }
}
