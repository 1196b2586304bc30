package dev.fovea.datasets.history;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.history.ImageChanges.Unwritten;
import dev.fovea.datasets.versions.VersionFollower;
import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes down what a version does to each image, together with the version. */
@Component
class HistoryWriter implements VersionFollower {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryWriter.class);
  private static final Manifest NOTHING = new Manifest(List.of(), List.of());

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
        version.project(), version.dataset(), version.number(), ImageChange.between(before, now));
  }

  /** Two manifests are held at a time; most versions' parent is the one that was read last. */
  @Override
  public void catchUp() {
    int written = 0;
    var last = new Read(null, NOTHING);
    for (var version : changes.missing()) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      try {
        last = write(version, last);
        written++;
      } catch (IOException | RuntimeException e) {
        // One version whose manifest is gone must not leave the others without a history.
        LOG.error(
            "what version {} of {}, project {}, did to its images could not be written",
            version.number(),
            version.dataset(),
            version.project(),
            e);
      }
    }
    if (written > 0) {
      LOG.info("wrote what {} dataset versions of before did to their images", written);
    }
  }

  /** The manifest that was read last. */
  private record Read(@Nullable Digest digest, Manifest manifest) {}

  private Read write(Unwritten version, Read last) throws IOException {
    var before = NOTHING;
    if (version.parent().isPresent()) {
      var parent = version.parent().get();
      before = parent.equals(last.digest) ? last.manifest : Manifest.read(objects, parent);
    }
    var now = Manifest.read(objects, version.digest());
    var found = ImageChange.between(before, now);
    transaction.executeWithoutResult(
        _ -> changes.add(version.project(), version.dataset(), version.number(), found));
    return new Read(version.digest(), now);
  }
}
