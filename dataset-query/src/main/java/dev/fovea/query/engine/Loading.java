package dev.fovea.query.engine;

import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.folder.ImageFolder;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads a dataset's labels into the tables of a database file. */
final class Loading {
  private final Request.Labels labels;
  private final HeldFolder folder;
  private final BitSet labelled = new BitSet();

  Loading(Request.Labels labels) throws IOException {
    this.labels = labels;
    this.folder = HeldFolder.read(Path.of(labels.files()), Path.of(labels.root()), labels.cached());
  }

  /**
   * Makes the file, which is whole or not there.
   *
   * @throws LabelMistake when the labels are not of the format
   */
  void load(Path file, long memoryBytes) throws IOException, SQLException, LabelMistake {
    var fresh = Path.of(labels.files()).resolveSibling("loading.duckdb");
    try (var database = Database.create(fresh, memoryBytes);
        var tables = new Tables(database)) {
      labelled(tables);
      others(tables);
    } catch (Passed e) {
      throw e.cause();
    }
    Database.keep(fresh, file);
  }

  private void labelled(Tables tables) throws IOException, SQLException, LabelMistake {
    var stated = LabelSource.of(folder);
    var reader = labels.format().reader(stated, Optional.ofNullable(labels.task()));
    var source = reader.measuresInFractions() ? stated.with(folder::size) : stated;
    reader.read(
        source,
        image -> {
          try {
            add(tables, image);
          } catch (SQLException e) {
            throw new Passed(e);
          }
        });
  }

  private void add(Tables tables, LabelledImage image) throws IOException, SQLException {
    int at = folder.find(image.path());
    if (at < 0) {
      tables.add(image, Optional.empty(), null);
      return;
    }
    labelled.set(at);
    var file = folder.files().get(at);
    var size = image.size();
    var sized =
        size.isPresent() || !labels.sizes()
            ? image
            : new LabelledImage(
                image.path(),
                image.split(),
                image.slice(),
                image.id(),
                folder.size(image.path()),
                image.annotations());
    tables.add(sized, Optional.of(file.bytes()), file.md5());
  }

  /** Images that no label names. */
  private void others(Tables tables) throws IOException, SQLException {
    for (int i = labelled.nextClearBit(0);
        i < folder.files().size();
        i = labelled.nextClearBit(i + 1)) {
      var path = folder.files().get(i).path();
      if (ImageFolder.isImage(path)) {
        add(
            tables,
            new LabelledImage(
                path, "", Optional.empty(), OptionalLong.empty(), Optional.empty(), List.of()));
      }
    }
  }

  /** Carries a database's failure through a reader of labels. */
  private static final class Passed extends IOException {
    private static final long serialVersionUID = 1;

    private final SQLException cause;

    Passed(SQLException cause) {
      super(cause);
      this.cause = cause;
    }

    SQLException cause() {
      return cause;
    }
  }
}
