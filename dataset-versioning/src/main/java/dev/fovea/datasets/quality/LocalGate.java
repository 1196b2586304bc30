package dev.fovea.datasets.quality;

import dev.fovea.datasets.LocalFolder;
import dev.fovea.datasets.LocalFolder.LocalFile;
import dev.fovea.datasets.LocalFolder.Reading;
import dev.fovea.datasets.LocalFolder.Seen;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.datasets.quality.folder.Findings;
import dev.fovea.datasets.quality.folder.PushedFolder;
import dev.fovea.datasets.quality.images.DecodedSizes.Verdicts;
import dev.fovea.datasets.quality.images.ImageVerdict;
import dev.fovea.datasets.quality.images.Inspections;
import dev.fovea.datasets.quality.labels.ClassList;
import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DatasetSpec;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The gate for a folder on disk, as if it were pushed as a first version. */
public final class LocalGate {
  private LocalGate() {}

  /**
   * Checks a folder.
   *
   * @param place the folder's path, for people
   * @param objects has the files' bytes
   * @param reading is told how many images of how many were decoded
   */
  public static Seen check(
      LocalFolder folder, String place, DatasetSpec spec, ObjectStore objects, Reading reading)
      throws IOException {
    var findings = new Findings();
    var pushed =
        new PushedFolder(
            place,
            spec,
            folder.files().stream().collect(Collectors.toMap(LocalFile::path, LocalFile::md5)),
            folder.files().stream()
                .collect(
                    Collectors.toMap(
                        LocalFile::path, file -> new Stored(file.digest(), file.bytes()))),
            findings);
    var manifest =
        new FolderGate(objects, new Once(new Inspections(objects, reading)))
            .check(pushed, new ClassList(spec.classes()), Optional.empty())
            .map(FolderGate.Seen::manifest)
            .orElseGet(() -> new Manifest(spec.classes(), List.of()));
    return new Seen(manifest, findings.kept(), findings.refusing());
  }

  /** Decodes an image once, though labels and samples ask for it. */
  private record Once(Inspections inspections, Map<Digest, ImageVerdict> seen) implements Verdicts {
    Once(Inspections inspections) {
      this(inspections, new HashMap<>());
    }

    @Override
    public Map<Digest, ImageVerdict> of(Collection<Digest> images) {
      seen.putAll(inspections.of(images.stream().filter(each -> !seen.containsKey(each)).toList()));
      return seen;
    }
  }
}
