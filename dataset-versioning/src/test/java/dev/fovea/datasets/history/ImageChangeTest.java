package dev.fovea.datasets.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.ImageHistories;
import dev.fovea.datasets.ImageHistories.Place;
import dev.fovea.datasets.ImageHistories.What;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ImageChangeTest {
  @Test
  void tellsEveryKindApart() {
    var before =
        manifest(
            sample("kept", "k", "1"),
            sample("labelled", "l", "1"),
            sample("left", "x", "1"),
            sample("old", "m", "1"),
            sample("painted", "p", "1"),
            sample("both", "b", "1"));
    var after =
        manifest(
            sample("kept", "k", "1"),
            sample("labelled", "l", "2"),
            sample("new", "m", "1"),
            sample("painted", "q", "1"),
            sample("both there", "b", "2"),
            sample("fresh", "f", "1"));
    assertThat(told(before, after))
        .containsExactlyInAnyOrder(
            "labelled [RELABELLED]",
            "left [REMOVED]",
            "old->new [RENAMED]",
            "painted [REPLACED]",
            "both->both there [RENAMED, RELABELLED]",
            "fresh [ADDED]");
  }

  @Test
  void takesNoCopyForARename() {
    assertThat(
            told(
                manifest(sample("b", "x", "1")),
                manifest(sample("a", "x", "1"), sample("b", "x", "1"))))
        .containsExactly("a [ADDED]");
    assertThat(
            told(
                manifest(sample("a", "x", "1"), sample("b", "x", "1")),
                manifest(sample("b", "x", "1"))))
        .containsExactly("a [REMOVED]");
  }

  @Test
  void followsTwoThatChangedPlaces() {
    assertThat(
            told(
                manifest(sample("a", "x", "1"), sample("b", "y", "1")),
                manifest(sample("a", "y", "1"), sample("b", "x", "1"))))
        .containsExactlyInAnyOrder("a->b [RENAMED]", "b->a [RENAMED]");
  }

  @Test
  void tellsSplitsAndSlicesFromLabels() {
    var before = new Sample("a", digest("x"), "", 1, "1", "train", Optional.empty());
    var resplit = new Sample("a", digest("x"), "", 1, "1", "test", Optional.empty());
    var resliced = new Sample("a", digest("x"), "", 1, "1", "train", Optional.of("night"));
    assertThat(told(manifest(before), manifest(resplit))).containsExactly("a [RESPLIT]");
    assertThat(told(manifest(before), manifest(resliced))).containsExactly("a [RESLICED]");
  }

  @Test
  void leadsFromAnyManifestToAnyOther() {
    var random = new Random(9);
    for (int round = 0; round < 2_000; round++) {
      var older = random(random);
      var newer = random(random);
      var places = places(older);
      var changes = ImageChange.between(older, newer);
      for (var change : changes) {
        change
            .before()
            .ifPresent(place -> assertThat(places.remove(place.path())).isEqualTo(place));
        assertThat(change.before()).isNotEqualTo(change.after());
      }
      for (var change : changes) {
        change.after().ifPresent(place -> assertThat(places.put(place.path(), place)).isNull());
        if (ImageHistories.between(change.before(), change.after()).contains(What.RENAMED)) {
          assertThat(change.before().map(Place::image)).isEqualTo(change.after().map(Place::image));
        }
      }
      assertThat(places).isEqualTo(places(newer));
    }
  }

  private static Manifest random(Random random) {
    var samples = new ArrayList<Sample>();
    for (var path : List.of("a", "b", "c", "d", "e")) {
      if (random.nextInt(3) > 0) {
        samples.add(sample(path, "image " + random.nextInt(4), String.valueOf(random.nextInt(2))));
      }
    }
    return new Manifest(List.of("0", "1"), samples);
  }

  private static TreeMap<String, Place> places(Manifest manifest) {
    var places = new TreeMap<String, Place>();
    for (var each : manifest.samples()) {
      places.put(
          each.path(),
          new Place(each.path(), each.image(), each.label(), each.split(), each.slice()));
    }
    return places;
  }

  private static List<String> told(Manifest older, Manifest newer) {
    return ImageChange.between(older, newer).stream()
        .map(change -> {
          var paths =
              java.util.stream.Stream.of(change.before(), change.after())
                  .flatMap(Optional::stream)
                  .map(Place::path)
                  .distinct()
                  .collect(Collectors.joining("->"));
          return paths + " " + ImageHistories.between(change.before(), change.after());
        })
        .toList();
  }

  private static Manifest manifest(Sample... samples) {
    return new Manifest(List.of("1"), List.of(samples));
  }

  private static Sample sample(String path, String content, String label) {
    return new Sample(path, digest(content), "", 1, label, "train", Optional.empty());
  }

  private static Digest digest(String content) {
    return Digest.sha256(content.getBytes(StandardCharsets.UTF_8));
  }
}
