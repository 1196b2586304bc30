package dev.fovea.datasets.quality;

import dev.fovea.datasets.LocalFolder;
import dev.fovea.datasets.LocalFolder.LocalFile;
import dev.fovea.datasets.LocalFolder.Seen;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DatasetSpec;
import java.io.IOException;
import java.util.List;
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
   */
  public static Seen check(LocalFolder folder, String place, DatasetSpec spec, ObjectStore objects)
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
        new FolderGate(objects, new Inspections(objects)::of)
            .check(pushed, new ClassList(spec.classes()), Optional.empty())
            .map(FolderGate.Seen::manifest)
            .orElseGet(() -> new Manifest(spec.classes(), List.of()));
    return new Seen(manifest, findings.kept(), findings.refusing());
  }
}
