package dev.fovea.web;

import static dev.fovea.web.Samples.digest;
import static dev.fovea.web.Samples.image;
import static dev.fovea.web.Samples.minutesAgo;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Profile;
import dev.fovea.lab.Profile.Interval;
import dev.fovea.pipelines.Comparison;
import dev.fovea.pipelines.Comparison.Box;
import dev.fovea.pipelines.Comparison.OfClass;
import dev.fovea.pipelines.Comparison.Pair;
import dev.fovea.pipelines.Comparison.Said;
import dev.fovea.pipelines.Measures;
import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.pipelines.Release;
import dev.fovea.teamfile.Gate.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Both variants of releases beside each other, with names that people hostile to pages chose. */
final class SampleComparisons {
  static final String QUOTE = "\"><img src=x onerror=alert(1)>";
  static final String TURNED = "gnp.\u202Egepj";

  private SampleComparisons() {}

  static Comparison classes() {
    var classes = new ArrayList<OfClass>();
    classes.add(
        new OfClass(
            Samples.HOSTILE,
            80,
            new Bounded(.975, .9134, .9931),
            new Bounded(.8625, .7703, .9217),
            new Bounded(-.1125, -.2014, -.0301)));
    classes.add(ofClass(TURNED, -.0125));
    classes.add(ofClass(QUOTE, 0));
    IntStream.range(0, 7).forEach(i -> classes.add(ofClass(String.valueOf(i), .0025 * i)));
    var pairs = new ArrayList<Pair>();
    for (int i = 0; i < Comparison.MOST_IMAGES; i++) {
      pairs.add(
          new Pair(
              i == 5 ? digest("not in the store") : image(i),
              i == 1 ? TURNED : "test/%d.png".formatted(i),
              i == 2 ? Optional.of(QUOTE) : Optional.empty(),
              i == 0 ? Samples.HOSTILE : String.valueOf(i % 10),
              List.of(),
              new Said(
                  i < 6 ? (i == 0 ? Samples.HOSTILE : String.valueOf(i % 10)) : "8",
                  .91,
                  List.of()),
              new Said(
                  i == 3 ? "" : i == 4 ? QUOTE : "1", i == 3 ? 0 : .55 + i / 100.0, List.of())));
    }
    return new Comparison("recall", "images", "test split, 800 images", classes, 0, pairs, 17);
  }

  private static OfClass ofClass(String name, double change) {
    return new OfClass(
        name,
        80,
        new Bounded(.9625, .8955, .9872),
        new Bounded(.9625 + change, .8955 + change, Math.min(1, .9872 + change)),
        new Bounded(change, change - .04, change + .04));
  }

  static Comparison objects() {
    var square = new Box("crate", 16, 30, 56, 70, 1);
    var other = new Box("parcel", 64, 30, 104, 70, 1);
    var pairs =
        IntStream.range(0, 5)
            .mapToObj(i ->
                new Pair(
                    Digest.sha256(Samples.scene()),
                    "test/scene-%d.png".formatted(i),
                    Optional.of("night"),
                    "",
                    i == 4 ? List.of() : List.of(square, other),
                    new Said(
                        "",
                        .95,
                        List.of(
                            new Box("crate", 15.5, 30, 57, 71, .91),
                            new Box("parcel", 64, 29, 104, 70, .84))),
                    new Said("", i / 10.0, List.of(new Box("crate", 30, 31, 70, 78, .43)))))
            .toList();
    return new Comparison(
        "average precision",
        "objects",
        "test split, 60 images",
        List.of(
            new OfClass(
                "parcel",
                31,
                Optional.of(9),
                new Bounded(.71, .6104, .7988),
                new Bounded(.52, .3812, .6493),
                new Bounded(-.19, -.2811, -.0907)),
            exactly("crate", 62, .83, .82)),
        3,
        pairs,
        0);
  }

  /** As verdicts had it before average precisions had intervals. */
  private static OfClass exactly(String name, int count, double fp32, double int8) {
    return new OfClass(
        name,
        count,
        new Bounded(fp32, fp32, fp32),
        new Bounded(int8, int8, int8),
        new Bounded(int8 - fp32, int8 - fp32, int8 - fp32));
  }

  static Measures measures(Release release) {
    return new Measures(
        release.digest(),
        "release: {model: %s}\n".formatted(release.model()),
        List.of(
            form(release, Variant.FP32, ByteSize.of(1_782_579), 2.59),
            form(release, Variant.INT8, ByteSize.of(482_345), .96)),
        List.of());
  }

  private static Measures.Form form(
      Release release, Variant variant, ByteSize size, double median) {
    var name = "%s of %s %d".formatted(variant, release.model(), release.number());
    return new Measures.Form(
        variant, digest("evaluation " + name), size, List.of(profile(name, median)));
  }

  private static Profile profile(String of, double median) {
    return new Profile(
        digest("profile " + of),
        Name.of("local-cpu"),
        digest(of),
        new Profile.Latencies(
            new Interval(median, .98 * median, 1.02 * median),
            new Interval(1.1 * median, 1.07 * median, 1.14 * median),
            new Interval(
                1.26 * median,
                1.21 * median,
                median < 1 ? 1.4 * median : Double.POSITIVE_INFINITY)),
        50,
        2000,
        1000 / median,
        ByteSize.parse("21 MiB"),
        List.of(),
        true,
        Map.of(),
        minutesAgo(70),
        Optional.empty());
  }
}
