package dev.fovea.datasets.quality.folder;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Push.Finding;
import dev.fovea.datasets.QualityReport.CheckResult;
import dev.fovea.datasets.QualityReport.Example;
import dev.fovea.datasets.QualityReport.Pictured;
import dev.fovea.datasets.Sample;
import dev.fovea.datasets.population.Remark;
import dev.fovea.teamfile.DatasetSpec;
import dev.fovea.teamfile.DatasetSpec.Check;
import dev.fovea.teamfile.DatasetSpec.Reaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Gathers what the gate finds; remembers the first thousand and counts the rest. */
public final class Findings {
  private static final int KEPT = 1_000;
  private static final int EXAMPLES = 12;

  private final List<Finding> kept = new ArrayList<>();
  private final Map<Check, Tally> tallies = new EnumMap<>(Check.class);
  private int refusing;
  private int warning;

  /** How often a check found something, with the first of it. */
  private static final class Tally {
    private final List<Found> examples = new ArrayList<>();
    private int count;
  }

  /** A finding and the images that it is about, as paths in the repository. */
  private record Found(Finding finding, List<String> images) {}

  /** Refuses the push, whatever the policy. */
  public void refuse(String file, int line, String check, String text) {
    add(new Finding(file, line, check, true, text));
  }

  /** Warns, whatever the policy. */
  public void warn(String file, int line, String check, String text) {
    add(new Finding(file, line, check, false, text));
  }

  /** Refuses, warns or says nothing, as the team's file says. */
  public void add(DatasetSpec spec, Check check, String file, int line, String text) {
    add(spec, check, file, line, text, List.of(file));
  }

  /**
   * The same, of something that stands out in a dataset as a whole.
   *
   * @param folder the dataset folder in the repository
   */
  public void add(DatasetSpec spec, Check check, String folder, Remark remark) {
    var images = remark.paths().stream().map(path -> folder + "/" + path).toList();
    add(spec, check, images.size() == 1 ? images.getFirst() : folder, 0, remark.text(), images);
  }

  /**
   * The same, with the images that it is about.
   *
   * @param images as paths in the repository
   */
  public void add(
      DatasetSpec spec, Check check, String file, int line, String text, List<String> images) {
    var reaction = spec.reactionTo(check);
    if (reaction != Reaction.OFF) {
      var finding = new Finding(file, line, word(check), reaction == Reaction.REFUSE, text);
      var tally = tallies.computeIfAbsent(check, _ -> new Tally());
      tally.count++;
      if (tally.examples.size() < EXAMPLES) {
        tally.examples.add(new Found(finding, images));
      }
      add(finding);
    }
  }

  private void add(Finding finding) {
    if (finding.refuses()) {
      refusing++;
    } else {
      warning++;
    }
    keep(finding);
  }

  private void keep(Finding finding) {
    if (kept.size() < KEPT) {
      kept.add(finding);
    } else if (finding.refuses() && kept.stream().noneMatch(Finding::refuses)) {
      kept.set(KEPT - 1, finding); // warnings never hide why a push is refused
    }
  }

  /** Adds those on one dataset to those on all. */
  public void addAll(Findings dataset) {
    refusing += dataset.refusing;
    warning += dataset.warning;
    dataset.kept.forEach(this::keep);
  }

  /** What each check found in a dataset, with the images of it that are in the manifest. */
  public List<CheckResult> results(DatasetSpec spec, String folder, Manifest manifest) {
    var samples = new HashMap<String, Sample>();
    manifest.samples().forEach(sample -> samples.put(folder + "/" + sample.path(), sample));
    return Arrays.stream(Check.values())
        .map(check -> {
          var tally = tallies.getOrDefault(check, new Tally());
          return new CheckResult(
              word(check),
              word(spec.reactionTo(check)),
              tally.count,
              tally.examples.stream().map(found -> example(found, samples)).toList());
        })
        .toList();
  }

  private static Example example(Found found, Map<String, Sample> samples) {
    var images =
        found.images().stream()
            .flatMap(path -> Stream.ofNullable(samples.get(path)))
            .map(sample -> new Pictured(sample.path(), sample.image()))
            .toList();
    return new Example(
        found.finding().file(), found.finding().line(), found.finding().text(), images);
  }

  /** As it is written in {@code fovea.yaml}. */
  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public List<Finding> kept() {
    return List.copyOf(kept);
  }

  public int refusing() {
    return refusing;
  }

  public int warning() {
    return warning;
  }
}
