package dev.fovea.datasets.quality.samples;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.QualityReport;
import dev.fovea.datasets.QualityReport.Drift;
import dev.fovea.datasets.QualityReport.Parent;
import dev.fovea.datasets.QualityReport.Repeats;
import dev.fovea.datasets.Sample;
import dev.fovea.datasets.population.ClassBalance;
import dev.fovea.datasets.population.ClassCounts;
import dev.fovea.datasets.population.ClassDrift;
import dev.fovea.datasets.population.Duplicates;
import dev.fovea.datasets.population.ImageFigures;
import dev.fovea.datasets.population.ImageSurprises;
import dev.fovea.datasets.population.Picture;
import dev.fovea.datasets.population.Remark;
import dev.fovea.datasets.quality.folder.Findings;
import dev.fovea.datasets.quality.images.ImageVerdict;
import dev.fovea.kernel.Digest;
import dev.fovea.teamfile.DatasetSpec;
import dev.fovea.teamfile.DatasetSpec.Check;
import dev.fovea.teamfile.DatasetSpec.Reaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at a dataset as a whole, when each of its images has been looked at alone. Nothing here
 * leaves an image out.
 */
public final class Population {
  private final String folder;
  private final DatasetSpec spec;
  private final Optional<Parent> parent;
  private final Findings findings;
  private Map<Digest, ImageVerdict> verdicts = Map.of();

  /**
   * @param folder the dataset folder in the repository
   * @param parent the version before; absent where the next one is the first
   */
  public Population(String folder, DatasetSpec spec, Optional<Parent> parent, Findings findings) {
    this.folder = folder;
    this.spec = spec;
    this.parent = parent;
    this.findings = findings;
  }

  /** What decoding told about the images. */
  void see(Map<Digest, ImageVerdict> told) {
    verdicts = told;
  }

  /** Adds its findings, and answers the report with all findings on this dataset. */
  public QualityReport judge(Manifest manifest) {
    var pictures = pictures(manifest);
    var alike = lookalikes(manifest);
    var duplicates = Duplicates.among(manifest.samples());
    say(Check.DUPLICATE, duplicates.remarks());
    say(Check.IMAGE_SURPRISE, ImageSurprises.remarks(pictures));
    var counts = ClassCounts.of(manifest.samples());
    var before = new ClassCounts(parent.map(Parent::classes).orElse(Map.of()));
    var drifts = ClassDrift.between(before, counts);
    balance(manifest, before, counts, drifts);
    return new QualityReport(
        counts.splits(),
        parent,
        drifts,
        findings.results(spec, folder, manifest),
        ImageFigures.of(pictures),
        new Repeats(duplicates.again().size(), alike));
  }

  private List<Picture> pictures(Manifest manifest) {
    var pictures = new ArrayList<Picture>();
    for (var sample : manifest.samples()) {
      var verdict = verdicts.get(sample.image());
      if (verdict != null) {
        pictures.add(new Picture(sample, verdict.width(), verdict.height(), verdict.traits()));
      }
    }
    return pictures;
  }

  // Of classes whose images were refused, nothing true could be counted.
  private void balance(
      Manifest manifest, ClassCounts before, ClassCounts counts, List<Drift> drifts) {
    if (findings.refusing() == 0) {
      say(Check.CLASS_BALANCE, ClassBalance.remarks(manifest.classes(), before, counts, drifts));
    }
  }

  private void say(Check check, List<Remark> remarks) {
    remarks.forEach(remark -> findings.add(spec, check, folder, remark));
  }

  // How many look like another of their own split; what looks like one of another is a finding.
  private Optional<Integer> lookalikes(Manifest manifest) {
    if (spec.reactionTo(Check.NEAR_DUPLICATE) == Reaction.OFF) {
      return Optional.empty();
    }
    var seen = new Lookalikes();
    for (var sample : manifest.samples()) {
      var verdict = verdicts.get(sample.image());
      if (verdict == null) {
        continue;
      }
      seen.add(sample, verdict)
          .ifPresent(other ->
              findings.add(
                  spec,
                  Check.NEAR_DUPLICATE,
                  place(sample),
                  0,
                  "is in %s and looks like %s, which is in %s (%d of 64 bits of their hashes differ)"
                      .formatted(
                          sample.split(),
                          other.sample().path(),
                          other.sample().split(),
                          other.distance()),
                  List.of(place(sample), place(other.sample()))));
    }
    return Optional.of(seen.ofOneSplit());
  }

  private String place(Sample sample) {
    return folder + "/" + sample.path();
  }
}
