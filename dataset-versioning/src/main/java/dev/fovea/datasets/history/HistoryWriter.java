package dev.fovea.datasets.history;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.history.ImageChanges.Unwritten;
import dev.fovea.datasets.versions.VersionFollower;
import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes down what a version does to each image, together with the version. */
@Component
class HistoryWriter implements VersionFollower {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryWriter.class);

  private final ImageChanges changes;
  private final ObjectStore objects;
  private final TransactionTemplate transaction;

  HistoryWriter(ImageChanges changes, ObjectStore objects, TransactionTemplate transaction) {
    this.changes = changes;
    this.objects = objects;
    this.transaction = transaction;
  }

  @Override
  public void recording(DatasetVersion version, Manifest before, Manifest now) {
    changes.add(
        version.project(),
        version.dataset(),
        version.number(),
        ImageChange.between(before, now));
  }

  /** Reads two manifests a version, and holds no others. */
  @Override
  public void catchUp() {
    int written = 0;
    for (var version : changes.missing()) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      try {
        write(version);
        written++;
      } catch (IOException | RuntimeException e) {
        // One version whose manifest is gone must not leave the others without a history.
        LOG.error(
            "the history of {}, version {} of {}, could not be written",
            version.dataset(),
            version.number(),
            version.project(),
            e);
      }
    }
    if (written > 0) {
      LOG.info("wrote the image history of {} older versions", written);
    }
  }

  private void write(Unwritten version) throws IOException {
    var before =
        version.parent().isPresent()
            ? read(version.parent().get())
            : new Manifest(List.of(), List.of());
    var now = read(version.digest());
    var found = ImageChange.between(before, now);
    transaction.executeWithoutResult(
        _ -> changes.add(version.project(), version.dataset(), version.number(), found));
  }

  private Manifest read(Digest digest) throws IOException {
    return Manifest.read(objects, digest);
  }
}
