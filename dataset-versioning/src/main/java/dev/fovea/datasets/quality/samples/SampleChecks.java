package dev.fovea.datasets.quality.samples;

import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.datasets.quality.folder.PushedFolder;
import dev.fovea.datasets.quality.images.DecodedSizes.Verdicts;
import dev.fovea.datasets.quality.images.ImageVerdict;
import dev.fovea.datasets.quality.labels.ClassList;
import dev.fovea.datasets.quality.labels.LabelledFile;
import dev.fovea.datasets.quality.labels.Labels;
import dev.fovea.kernel.Digest;
import dev.fovea.teamfile.DatasetSpec.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds every label of one dataset against its image. Whatever does not refuse is left out of the
 * manifest, but for leakage, which leaves nothing out.
 */
public final class SampleChecks {
  private static final int MAX_CLASSES = 10_000;

  private final PushedFolder folder;
  private final ClassList classes;
  private final Verdicts images;

  public SampleChecks(PushedFolder folder, ClassList classes, Verdicts images) {
    this.folder = folder;
    this.classes = classes;
    this.images = images;
  }

  /**
   * The dataset's manifest.
   *
   * @param population is told what decoding told
   */
  public Manifest check(Labels labels, Population population) {
    var checks = new LabelChecks(folder, classes, labels.ofObjects());
    var splits = new SplitChecks(folder);
    var described = labels.images().stream().filter(checks::describesAnImage).toList();
    var usable = splits.withoutTwins(new ObjectClasses(folder, classes).known(described));
    checks.findUnlabelled(labels.named());
    var verdicts =
        images.of(usable.stream().map(label -> file(label).digest()).collect(Collectors.toSet()));
    var samples = decoded(usable, verdicts);
    splits.findLeaks(samples);
    population.see(verdicts);
    return new Manifest(classes(labels, samples), samples);
  }

  private List<Sample> decoded(List<LabelledFile> labels, Map<Digest, ImageVerdict> verdicts) {
    var samples = new ArrayList<Sample>();
    for (var label : labels) {
      var file = file(label);
      var verdict = verdicts.get(file.digest());
      if (verdict != null && verdict.decodes()) {
        samples.add(
            new Sample(
                label.path(),
                file.digest(),
                folder.md5s().getOrDefault(label.path(), ""),
                file.bytes(),
                label.label(),
                label.split(),
                label.slice(),
                label.objects()));
      } else {
        var fault = verdict == null ? "was not decoded" : verdict.fault();
        folder.find(Check.UNDECODABLE, label.path(), 0, fault);
      }
    }
    return samples;
  }

  private List<String> classes(Labels labels, List<Sample> samples) {
    if (!classes.names().isEmpty()) {
      return classes.names();
    }
    var found = labels.classes().isEmpty() ? ClassList.ordered(used(samples)) : labels.classes();
    if (found.size() > MAX_CLASSES) {
      folder.refuse(
          "",
          0,
          "labels",
          "%d classes (expected: at most %d)".formatted(found.size(), MAX_CLASSES));
      return List.of();
    }
    return found;
  }

  private static List<String> used(List<Sample> samples) {
    return samples.stream()
        .flatMap(sample ->
            Stream.concat(
                Stream.of(sample.label()).filter(label -> !label.isEmpty()),
                sample.objects().stream().map(LabelledObject::label)))
        .distinct()
        .toList();
  }

  private Stored file(LabelledFile label) {
    var file = folder.files().get(label.path());
    if (file == null) {
      throw new IllegalStateException(
          "label %s was let through without its image".formatted(label.path()));
    }
    return file;
  }
}
