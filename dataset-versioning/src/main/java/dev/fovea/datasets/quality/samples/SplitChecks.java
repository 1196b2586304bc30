package dev.fovea.datasets.quality.samples;

import dev.fovea.datasets.Sample;
import dev.fovea.datasets.quality.folder.PushedFolder;
import dev.fovea.datasets.quality.labels.LabelledFile;
import dev.fovea.kernel.Digest;
import dev.fovea.teamfile.DatasetSpec.Check;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;

/** Finds what is in two splits: images listed twice, the same bytes. */
final class SplitChecks {
  private final PushedFolder folder;

  SplitChecks(PushedFolder folder) {
    this.folder = folder;
  }

  /** The labels by path, each path once: the first of those that are there twice. */
  List<LabelledFile> withoutTwins(List<LabelledFile> labels) {
    var first = new HashMap<String, LabelledFile>();
    for (var label : labels) {
      var twin = first.putIfAbsent(label.path(), label);
      if (twin != null) {
        folder.find(Check.SPLIT_LEAKAGE, label.source(), label.line(), twice(twin, label));
      }
    }
    return first.values().stream().sorted(Comparator.comparing(LabelledFile::path)).toList();
  }

  private static String twice(LabelledFile twin, LabelledFile label) {
    return twin.line() == 0
        ? "'%s' is listed twice, as %s and as %s"
            .formatted(label.path(), twin.split(), label.split())
        : "'%s' is listed twice, in line %d as %s and here as %s"
            .formatted(label.path(), twin.line(), twin.split(), label.split());
  }

  void findLeaks(List<Sample> samples) {
    var first = new HashMap<Digest, Sample>();
    for (var sample : samples) {
      var twin = first.putIfAbsent(sample.image(), sample);
      if (twin != null && !twin.split().equals(sample.split())) {
        folder.find(
            Check.SPLIT_LEAKAGE,
            sample.path(),
            0,
            "is in %s and has the same bytes as %s, which is in %s"
                .formatted(sample.split(), twin.path(), twin.split()));
      }
    }
  }
}
