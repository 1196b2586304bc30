package dev.fovea.datasets.quality;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.QualityReport;
import dev.fovea.datasets.QualityReport.Parent;
import dev.fovea.datasets.quality.folder.PushedFolder;
import dev.fovea.datasets.quality.images.DecodedSizes.Verdicts;
import dev.fovea.datasets.quality.labels.ClassList;
import dev.fovea.datasets.quality.labels.CsvLabels;
import dev.fovea.datasets.quality.labels.FormatLabels;
import dev.fovea.datasets.quality.labels.LabelBounds;
import dev.fovea.datasets.quality.labels.LabelReader;
import dev.fovea.datasets.quality.samples.Population;
import dev.fovea.datasets.quality.samples.SampleChecks;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DatasetSpec;
import java.io.IOException;
import java.util.Optional;

/** Reads the labels of a dataset folder, and holds them against its images. */
final class FolderGate {
  private final ObjectStore objects;
  private final Verdicts verdicts;

  /** What is in the folder, whole when nothing refuses. */
  record Seen(Manifest manifest, QualityReport report) {}

  FolderGate(ObjectStore objects, Verdicts verdicts) {
    this.objects = objects;
    this.verdicts = verdicts;
  }

  /**
   * Looks at everything; what is wrong goes to the folder's findings.
   *
   * @param parent the version before; absent where the next one is the first
   * @return absent where the labels cannot be read
   */
  Optional<Seen> check(PushedFolder folder, ClassList classes, Optional<Parent> parent)
      throws IOException {
    var labels = reader(folder.spec().format()).read(folder);
    if (labels.isEmpty()) {
      return Optional.empty();
    }
    var findings = folder.findings();
    var population = new Population(folder.path(), folder.spec(), parent, findings);
    var manifest = new SampleChecks(folder, classes, verdicts).check(labels.get(), population);
    if (manifest.samples().isEmpty() && findings.refusing() == 0) {
      findings.refuse(folder.path(), 0, "labels", "no image with a label is left");
    }
    return Optional.of(new Seen(manifest, population.judge(manifest)));
  }

  private LabelReader reader(DatasetSpec.Format format) {
    return switch (format) {
      case CSV -> new CsvLabels(objects);
      case IMAGEFOLDER, COCO, YOLO, VOC, CVAT, DATUMARO ->
          new FormatLabels(objects, verdicts, LabelBounds.DEFAULT);
    };
  }
}
