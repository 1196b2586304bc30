package dev.fovea.datasets.quality.samples;

import dev.fovea.datasets.quality.folder.PushedFolder;
import dev.fovea.datasets.quality.labels.ClassList;
import dev.fovea.datasets.quality.labels.LabelledFile;
import dev.fovea.datasets.quality.labels.SplitName;
import dev.fovea.dvc.RelativePath;
import dev.fovea.kernel.Text;
import dev.fovea.teamfile.DatasetSpec.Check;
import java.util.Set;

/** Holds each label against the folder and the classes; what does not fit is found. */
final class LabelChecks {
  private final PushedFolder folder;
  private final ClassList classes;
  private final boolean ofObjects;

  /**
   * @param ofObjects whether an image without a label is background
   */
  LabelChecks(PushedFolder folder, ClassList classes, boolean ofObjects) {
    this.folder = folder;
    this.classes = classes;
    this.ofObjects = ofObjects;
  }

  /** Whether the label is usable and its image there. */
  boolean describesAnImage(LabelledFile label) {
    var fault = RelativePath.fault(label.path());
    if (fault.isPresent()) {
      folder.refuse(
          label.source(),
          label.line(),
          "path",
          "'%s' %s".formatted(Text.excerpt(label.path()), fault.get()));
      return false;
    }
    if (!SplitName.ALL.contains(label.split())) {
      folder.refuse(
          label.source(),
          label.line(),
          "labels",
          "split '%s' of %s (expected: train, val or test)"
              .formatted(Text.excerpt(label.split()), label.path()));
      return false;
    }
    if (!ClassList.isWord(label.label()) || !ClassList.isWord(label.slice().orElse(""))) {
      folder.refuse(
          label.source(),
          label.line(),
          "labels",
          "label or slice of %s %s".formatted(label.path(), ClassList.wordExpected()));
      return false;
    }
    boolean background = ofObjects && label.label().isEmpty();
    if (!background && !classes.has(label.label())) {
      folder.find(
          Check.UNKNOWN_CLASS,
          label.source(),
          label.line(),
          "label '%s' of %s %s"
              .formatted(Text.excerpt(label.label()), label.path(), classes.fault(label.label())));
      return false;
    }
    if (!folder.md5s().containsKey(label.path())) {
      folder.find(
          Check.ORPHAN,
          label.source(),
          label.line(),
          "'%s' has a label and no image".formatted(label.path()));
    }
    return folder.files().containsKey(label.path());
  }

  /** Finds the images that no label names. */
  void findUnlabelled(Set<String> named) {
    for (var path : folder.md5s().keySet().stream().sorted().toList()) {
      if (!named.contains(path) && PushedFolder.isImage(path)) {
        folder.find(Check.ORPHAN, path, 0, "is an image without a label");
      }
    }
  }
}
