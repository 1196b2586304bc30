package dev.fovea.datasets.versions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.DatasetDiff;
import dev.fovea.datasets.DatasetDiff.ObjectTotal;
import dev.fovea.datasets.DatasetDiff.Total;
import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.LabelledObject.Kind;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.ObjectDiff.Pair;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiffListingTest {
  private static final String DETAIL = "0000000000000000";

  @Test
  void saysWhichObjectsBecameWhich() {
    var before =
        sample(
            "a.jpg",
            box("car", 10, DETAIL),
            box("car", 100, DETAIL),
            box("car", 200, DETAIL),
            box("car", 300, DETAIL),
            box("car", 400, DETAIL));
    var after =
        sample(
            "a.jpg",
            box("car", 10, DETAIL),
            box("car", 103, DETAIL),
            box("truck", 200, DETAIL),
            box("car", 300, "1111111111111111"),
            box("car", 500, DETAIL),
            box("car", 600, DETAIL));
    var diff = diff(List.of(before), List.of(after));

    var change = diff.relabelled().getFirst();
    assertThat(change.objects().added()).containsExactly(4, 5);
    assertThat(change.objects().removed()).containsExactly(4);
    assertThat(change.objects().moved()).containsExactly(new Pair(1, 1));
    assertThat(change.objects().relabelled()).containsExactly(new Pair(2, 2));
    assertThat(change.objects().changed()).containsExactly(new Pair(3, 3));
    assertThat(change.objects().unchanged()).isEqualTo(1);
    assertThat(change.words())
        .isEqualTo("2 boxes added, 1 removed, 1 moved, 1 car -> truck, 1 changed");
    assertThat(diff.objects()).isEqualTo(new ObjectTotal(2, 1, 1, 1, 1));
    assertThat(diff.unchanged()).isZero();
  }

  @Test
  void anotherOrderIsNoChange() {
    var one = box("car", 10, DETAIL);
    var other = box("van", 10, DETAIL);
    var diff = diff(List.of(sample("a", one, other)), List.of(sample("a", other, one)));
    assertThat(diff.unchanged()).isEqualTo(1);
    assertThat(diff.relabelled()).isEmpty();
  }

  @Test
  void twoEqualObjectsAreTwo() {
    var one = box("car", 10, DETAIL);
    var diff = diff(List.of(sample("a", one, one, one)), List.of(sample("a", one)));
    assertThat(diff.relabelled().getFirst().words()).isEqualTo("2 boxes removed");
    assertThat(diff.relabelled().getFirst().objects().unchanged()).isEqualTo(1);
  }

  @Test
  void saysAgainWhatIsCountedWhereItIsSomethingElse() {
    var mask = new LabelledObject("car", Kind.MASK, 50, 0, 60, 10, List.of(), 80, DETAIL);
    var diff =
        diff(
            List.of(sample("a", mask)),
            List.of(sample("a", box("car", 10, DETAIL), box("van", 700, DETAIL))));
    assertThat(diff.relabelled().getFirst().words()).isEqualTo("2 boxes added, 1 mask removed");
  }

  @Test
  void namesUpToThreeTurnsOfClasses() {
    var before = new ArrayList<LabelledObject>();
    var after = new ArrayList<LabelledObject>();
    for (int i = 0; i < 4; i++) {
      before.add(box("old" + i, 100 * i, DETAIL));
      after.add(box("new" + i, 100 * i, DETAIL));
    }
    assertThat(words(before, after)).isEqualTo("4 boxes relabelled");
    assertThat(words(before.subList(0, 2), after.subList(0, 2)))
        .isEqualTo("1 old0 -> new0, 1 old1 -> new1");
  }

  @ParameterizedTest
  @CsvSource({
    "1, train, 7, train, 1 -> 7",
    "1, train, 1, val, train -> val",
    "'', train, 1, val, 'none -> 1, train -> val'"
  })
  void saysWhatChangedOfAnImageAsAWhole(
      String label, String split, String newLabel, String newSplit, String words) {
    var diff = diff(List.of(whole(label, split)), List.of(whole(newLabel, newSplit)));
    assertThat(diff.relabelled().getFirst().words()).isEqualTo(words);
    assertThat(diff.objects().sum()).isZero();
  }

  @Test
  void listsAThousandImagesAndCountsAll() {
    var samples = IntStream.range(0, 1_500).mapToObj(i -> sample("i" + i)).toList();
    var diff = diff(List.of(), samples);
    assertThat(diff.added()).hasSize(1_000);
    assertThat(diff.total()).isEqualTo(new Total(1_500, 0, 0));
  }

  @Test
  void listsNoMoreObjectsThanAnAnswerMayHold() {
    var many =
        IntStream.range(0, 9_000)
            .mapToObj(i -> box("car", i, DETAIL))
            .toArray(LabelledObject[]::new);
    var samples = IntStream.range(0, 5).mapToObj(i -> sample("i" + i, many)).toList();
    assertThat(diff(List.of(), samples).added()).hasSize(2);
    var bare = IntStream.range(0, 5).mapToObj(i -> sample("i" + i)).toList();
    var diff = diff(bare, samples);
    assertThat(diff.relabelled()).hasSize(2);
    assertThat(diff.total()).isEqualTo(new Total(0, 0, 5));
    assertThat(diff.objects().added()).isEqualTo(18_000);

    var most =
        IntStream.range(0, 30_000)
            .mapToObj(i -> box("car", i, DETAIL))
            .toArray(LabelledObject[]::new);
    assertThat(diff(List.of(), List.of(sample("x", most), sample("y", most))).added()).hasSize(1);
  }

  private static String words(List<LabelledObject> before, List<LabelledObject> after) {
    return diff(
            List.of(sample("a", before.toArray(LabelledObject[]::new))),
            List.of(sample("a", after.toArray(LabelledObject[]::new))))
        .relabelled()
        .getFirst()
        .words();
  }

  private static DatasetDiff diff(List<Sample> before, List<Sample> after) {
    var version = Digest.sha256(new byte[0]);
    return DiffListing.of(
        version,
        version,
        ManifestDiff.between(
            new Manifest(List.of("car"), before), new Manifest(List.of("car"), after)));
  }

  private static LabelledObject box(String label, double x, String detail) {
    return new LabelledObject(label, Kind.BOX, x, 0, x + 20, 20, List.of(), 400, detail);
  }

  private static Sample whole(String label, String split) {
    return new Sample(
        "a", Digest.sha256(new byte[0]), "", 1, label, split, Optional.empty(), List.of());
  }

  private static Sample sample(String path, LabelledObject... objects) {
    return new Sample(
        path,
        Digest.sha256(path.getBytes(UTF_8)),
        "",
        1,
        "",
        "train",
        Optional.empty(),
        List.of(objects));
  }
}
