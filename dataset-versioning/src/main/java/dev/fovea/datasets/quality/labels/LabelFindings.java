package dev.fovea.datasets.quality.labels;

import dev.fovea.datasets.quality.folder.PushedFolder;
import dev.fovea.labels.format.Finding;
import dev.fovea.teamfile.DatasetSpec.Check;
import dev.fovea.teamfile.DatasetSpec.Format;

/** Says of what a reader of labels finds which check of the gate it is of. */
final class LabelFindings {
  private final PushedFolder folder;

  LabelFindings(PushedFolder folder) {
    this.folder = folder;
  }

  void tell(Finding finding) {
    switch (finding.kind()) {
      case NOT_FINITE,
          INVERTED,
          EMPTY,
          OUTSIDE,
          OTHER_SIZE,
          COUNTED_FROM_ZERO,
          UNREADABLE,
          OTHER_SHAPE ->
          add(Check.INVALID_OBJECT, finding);
      case UNKNOWN_CLASS -> add(Check.UNKNOWN_CLASS, finding);
      case UNKNOWN_IMAGE -> add(Check.ORPHAN, finding);
      // Of VOC's lists of splits, else of ids, whose annotations may then be another image's.
      case DUPLICATE ->
          add(
              folder.spec().format() == Format.VOC ? Check.SPLIT_LEAKAGE : Check.INVALID_OBJECT,
              finding);
      case BAD_PATH -> folder.refuse(finding.file(), finding.line(), "path", finding.text());
      // The image that is missing or does not decode is found as such.
      case UNKNOWN_SIZE -> {}
      // The label file keeps it.
      case NOT_KEPT -> {}
    }
  }

  private void add(Check check, Finding finding) {
    folder.find(check, finding.file(), finding.line(), finding.text());
  }
}
