package dev.fovea.datasets.quality;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.dvc.RelativePath;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Text;
import dev.fovea.teamfile.DatasetSpec;
import dev.fovea.teamfile.DatasetSpec.Check;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Holds every label of one dataset against its image. Whatever does not refuse is left out of the
 * manifest, but for leakage, which leaves nothing out.
 */
final class SampleChecks {
  private static final Set<String> SPLITS = Set.of("train", "val", "test");
  private static final Set<String> IMAGE_SUFFIXES =
      Set.of("png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "tiff");
  private static final int SHOWN_CLASSES = 20;
  private static final int MAX_CLASSES = 10_000;
  private static final int MAX_WORD_CHARS = 200;

  private final String folder;
  private final DatasetSpec spec;
  private final List<String> classes;
  private final Map<String, String> md5s;
  private final Map<String, Stored> files;
  private final Findings findings;

  /**
   * @param folder the dataset folder in the repository
   * @param classes those that exist; empty where the labels themselves decide
   * @param md5s DVC's name of each file of the folder but the one with the labels, by path
   * @param files those that Fovea has, by path
   */
  SampleChecks(
      String folder,
      DatasetSpec spec,
      List<String> classes,
      Map<String, String> md5s,
      Map<String, Stored> files,
      Findings findings) {
    this.folder = folder;
    this.spec = spec;
    this.classes = classes;
    this.md5s = md5s;
    this.files = files;
    this.findings = findings;
  }

  /**
   * The dataset's manifest.
   *
   * @param population is told what decoding told
   */
  Manifest check(List<LabelledFile> labels, ImageChecks images, Population population) {
    var usable = withoutTwins(labels.stream().filter(this::describesAnImage).toList());
    findUnlabelled(labels);
    var verdicts =
        images.verdicts(
            usable.stream().map(label -> file(label).digest()).collect(Collectors.toSet()));
    var samples = new ArrayList<Sample>();
    for (var label : usable) {
      var file = file(label);
      var verdict = verdicts.get(file.digest());
      if (verdict != null && verdict.decodes()) {
        samples.add(
            new Sample(
                label.path(),
                file.digest(),
                md5s.getOrDefault(label.path(), ""),
                file.bytes(),
                label.label(),
                label.split(),
                label.slice()));
      } else {
        var fault = verdict == null ? "was not decoded" : verdict.fault();
        findings.add(spec, Check.UNDECODABLE, place(label.path()), 0, fault);
      }
    }
    findLeaks(samples);
    population.see(verdicts);
    return new Manifest(classes.isEmpty() ? found(samples) : classes, samples);
  }

  private boolean describesAnImage(LabelledFile label) {
    var source = place(label.source());
    var fault = RelativePath.fault(label.path());
    if (fault.isPresent()) {
      findings.refuse(
          source,
          label.line(),
          "path",
          "'%s' %s".formatted(Text.excerpt(label.path()), fault.get()));
      return false;
    }
    if (!SPLITS.contains(label.split())) {
      findings.refuse(
          source,
          label.line(),
          "labels",
          "split '%s' of %s (expected: train, val or test)"
              .formatted(Text.excerpt(label.split()), label.path()));
      return false;
    }
    if (!isWord(label.label()) || !isWord(label.slice().orElse(""))) {
      findings.refuse(
          source,
          label.line(),
          "labels",
          "label or slice of %s (expected: at most %d printable characters)"
              .formatted(label.path(), MAX_WORD_CHARS));
      return false;
    }
    if (label.label().isBlank() || (!classes.isEmpty() && !classes.contains(label.label()))) {
      findings.add(spec, Check.UNKNOWN_CLASS, source, label.line(), unknownClass(label));
      return false;
    }
    if (!md5s.containsKey(label.path())) {
      findings.add(
          spec,
          Check.ORPHAN,
          source,
          label.line(),
          "'%s' has a label and no image".formatted(label.path()));
    }
    return files.containsKey(label.path());
  }

  private String unknownClass(LabelledFile label) {
    var known = classes.stream().limit(SHOWN_CLASSES).collect(Collectors.joining(", "));
    boolean numbers = !classes.isEmpty() && classes.stream().allMatch(SampleChecks::isNumber);
    var what = numbers && !isNumber(label.label()) ? "is not a number" : "is no class";
    var expected =
        classes.isEmpty()
            ? "a name"
            : "one of " + known + (classes.size() > SHOWN_CLASSES ? ", …" : "");
    return "label '%s' of %s %s (expected: %s)"
        .formatted(Text.excerpt(label.label()), label.path(), what, expected);
  }

  private List<LabelledFile> withoutTwins(List<LabelledFile> labels) {
    var first = new HashMap<String, LabelledFile>();
    for (var label : labels) {
      var twin = first.putIfAbsent(label.path(), label);
      if (twin != null) {
        findings.add(
            spec,
            Check.SPLIT_LEAKAGE,
            place(label.source()),
            label.line(),
            "'%s' is listed twice, in line %d as %s and here as %s"
                .formatted(label.path(), twin.line(), twin.split(), label.split()));
      }
    }
    return first.values().stream().sorted(Comparator.comparing(LabelledFile::path)).toList();
  }

  private void findUnlabelled(List<LabelledFile> labels) {
    var labelled = labels.stream().map(LabelledFile::path).collect(Collectors.toSet());
    for (var path : md5s.keySet().stream().sorted().toList()) {
      if (!labelled.contains(path) && isImage(path)) {
        findings.add(spec, Check.ORPHAN, place(path), 0, "is an image without a label");
      }
    }
  }

  private void findLeaks(List<Sample> samples) {
    var first = new HashMap<Digest, Sample>();
    for (var sample : samples) {
      var twin = first.putIfAbsent(sample.image(), sample);
      if (twin != null && !twin.split().equals(sample.split())) {
        findings.add(
            spec,
            Check.SPLIT_LEAKAGE,
            place(sample.path()),
            0,
            "is in %s and has the same bytes as %s, which is in %s"
                .formatted(sample.split(), twin.path(), twin.split()));
      }
    }
  }

  private List<String> found(List<Sample> samples) {
    var labels = samples.stream().map(Sample::label).distinct().toList();
    if (labels.size() > MAX_CLASSES) {
      findings.refuse(
          folder,
          0,
          "labels",
          "%d classes (expected: at most %d)".formatted(labels.size(), MAX_CLASSES));
      return List.of();
    }
    return labels.stream().allMatch(SampleChecks::isNumber)
        ? labels.stream().sorted(Comparator.comparingLong(Long::parseLong)).toList()
        : labels.stream().sorted(Comparator.comparing(Function.identity())).toList();
  }

  private Stored file(LabelledFile label) {
    var file = files.get(label.path());
    if (file == null) {
      throw new IllegalStateException(
          "label %s was let through without its image".formatted(label.path()));
    }
    return file;
  }

  private String place(String path) {
    return folder + "/" + path;
  }

  private static boolean isNumber(String label) {
    return label.matches("-?[0-9]{1,18}");
  }

  private static boolean isWord(String text) {
    return text.length() <= MAX_WORD_CHARS && text.chars().noneMatch(Character::isISOControl);
  }

  private static boolean isImage(String path) {
    var suffix = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return path.contains(".") && IMAGE_SUFFIXES.contains(suffix);
  }
}
