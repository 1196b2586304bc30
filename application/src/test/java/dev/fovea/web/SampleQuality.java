package dev.fovea.web;

import dev.fovea.datasets.QualityReport;
import dev.fovea.datasets.QualityReport.CheckResult;
import dev.fovea.datasets.QualityReport.Drift;
import dev.fovea.datasets.QualityReport.Example;
import dev.fovea.datasets.QualityReport.Images;
import dev.fovea.datasets.QualityReport.Kind;
import dev.fovea.datasets.QualityReport.Outcome;
import dev.fovea.datasets.QualityReport.Parent;
import dev.fovea.datasets.QualityReport.Pictured;
import dev.fovea.datasets.QualityReport.Repeats;
import dev.fovea.datasets.QualityReport.Size;
import dev.fovea.datasets.QualityReport.SizeCount;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the gate saw in the samples: much, and nothing. */
final class SampleQuality {
  private SampleQuality() {}

  static QualityReport much(Digest parent, List<Sample> before, List<Sample> samples) {
    return new QualityReport(
        classes(samples),
        Optional.of(new Parent(parent, classes(before))),
        List.of(
            new Drift("test", 19, 12, .142, Outcome.TOO_FEW),
            new Drift("train", 66, 41, .183, Outcome.DRIFTED),
            new Drift("val", 11, 7, .031, Outcome.STEADY)),
        List.of(
            nothing("undecodable", "refuse"),
            nothing("split-leakage", "refuse"),
            new CheckResult(
                "near-duplicate",
                "warn",
                31,
                samples.subList(20, 32).stream()
                    .map(sample ->
                        about(
                            "is in %s and looks like val/4/0049.png, which is in val (2 of 64 bits of their hashes differ)"
                                .formatted(sample.split()),
                            List.of(sample, samples.get(46))))
                    .toList()),
            nothing("duplicate", "warn"),
            nothing("unknown-class", "refuse"),
            new CheckResult("orphan", "off", 0, List.of()),
            new CheckResult(
                "class-balance",
                "warn",
                2,
                List.of(
                    about("has no image in val of 1 of 11 classes: " + Samples.HOSTILE, List.of()),
                    about(
                        "has drifted in train: 18.3 % of its images would need another class to have the shares of the version before (expected: at most 10.0 %); most moved: 7 4.1 % to 15.2 %, 0 9.8 % to 4.5 %, 1 12.2 % to 9.1 %",
                        List.of()))),
            new CheckResult(
                "image-surprise",
                "warn",
                2,
                List.of(
                    about(
                        "12 images are stored as palette (expected: grey, as 84 of 96 images): train/3/0003.png, train/4/0004.png, test/5/0005.png, train/6/0006.png, val/7/0007.png, train/8/0008.png, train/9/0009.png, test/0/0010.png and 4 more",
                        samples.subList(0, 8)),
                    about(
                        "is 4032 x 3024 px, far from the others in area (the median is 784 pixels)",
                        samples.subList(40, 41))))),
        new Images(
            Optional.of(new Size(28, 28)),
            List.of(
                new SizeCount(new Size(28, 28), 81),
                new SizeCount(new Size(32, 32), 9),
                new SizeCount(new Size(4032, 3024), 1)),
            5,
            List.of(new Kind("grey", 8, 84), new Kind("palette", 4, 12)),
            3),
        new Repeats(4, Optional.of(12)));
  }

  static QualityReport nothing(List<Sample> samples) {
    return new QualityReport(
        classes(samples),
        Optional.empty(),
        List.of(),
        List.of(nothing("undecodable", "refuse"), nothing("class-balance", "warn")),
        new Images(
            Optional.of(new Size(28, 28)),
            List.of(new SizeCount(new Size(28, 28), samples.size())),
            0,
            List.of(new Kind("grey", 8, samples.size())),
            0),
        new Repeats(0, Optional.empty()));
  }

  private static CheckResult nothing(String check, String reaction) {
    return new CheckResult(check, reaction, 0, List.of());
  }

  private static Example about(String text, List<Sample> samples) {
    boolean one = samples.size() == 1 || samples.size() == 2;
    var file = one ? "data/digits/" + samples.getFirst().path() : "data/digits";
    return new Example(
        file,
        0,
        text,
        samples.stream().map(sample -> new Pictured(sample.path(), sample.image())).toList());
  }

  private static Map<String, Map<String, Integer>> classes(List<Sample> samples) {
    return samples.stream()
        .collect(
            Collectors.groupingBy(
                Sample::split,
                TreeMap::new,
                Collectors.groupingBy(Sample::label, TreeMap::new, Collectors.summingInt(_ -> 1))));
  }
}
