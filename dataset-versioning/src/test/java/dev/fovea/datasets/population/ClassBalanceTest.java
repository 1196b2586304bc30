package dev.fovea.datasets.population;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassBalanceTest {
  private static final ClassCounts NOTHING = new ClassCounts(Map.of());

  @Test
  void saysNothingWhereEveryClassIsEverywhere() {
    assertThat(
            said(
                List.of("cat", "dog"),
                NOTHING,
                Map.of("train", Map.of("cat", 10, "dog", 10), "test", Map.of("cat", 1, "dog", 1))))
        .isEmpty();
  }

  @Test
  void namesTheClassesThatASplitLacks() {
    assertThat(
            said(
                List.of("cat", "dog", "owl", "eel"),
                NOTHING,
                Map.of(
                    "train", Map.of("cat", 50, "dog", 40),
                    "test", Map.of("cat", 3, "owl", 1))))
        .containsExactly(
            "has no image of 1 of 4 classes: eel",
            "has no image in test of 1 of 4 classes: dog",
            "has no image in train of 1 of 4 classes: owl");
  }

  @Test
  void countsTheClassesWithTooFewToTrainOnTheFewestFirst() {
    assertThat(
            said(
                List.of("cat", "dog", "owl"),
                NOTHING,
                Map.of("train", Map.of("cat", 10, "dog", 9, "owl", 1))))
        .containsExactly(
            "has fewer than 10 images to train on of 2 of 3 classes: owl (1), dog (9)");
  }

  @Test
  void namesEightClassesAndCountsTheRest() {
    var classes = IntStream.range(0, 2_000).mapToObj(i -> "c%04d".formatted(i)).toList();
    var train = new HashMap<String, Integer>();
    classes.forEach(name -> train.put(name, 10));
    var few = said(classes, NOTHING, Map.of("train", train, "val", Map.of("c0000", 3)));
    assertThat(few)
        .containsExactly(
            "has no image in val of 1999 of 2000 classes: c0001, c0002, c0003, c0004, c0005, c0006, c0007, c0008 and 1,991 more");
  }

  @Test
  void saysHowFarTheClassesMovedAndWhichMovedMost() {
    var parent = new ClassCounts(Map.of("train", Map.of("cat", 500, "dog", 400, "owl", 100)));
    assertThat(
            said(
                List.of("cat", "dog", "owl"),
                parent,
                Map.of("train", Map.of("cat", 500, "dog", 420, "owl", 480))))
        .containsExactly(
            "has drifted in train: 24.3 % of its images would need another class to have the shares of the version before (expected: at most 10.0 %); most moved: owl 10.0 % to 34.3 %, cat 50.0 % to 35.7 %, dog 40.0 % to 30.0 %");
  }

  private static List<String> said(
      List<String> classes, ClassCounts parent, Map<String, Map<String, Integer>> splits) {
    var counts = new ClassCounts(new java.util.TreeMap<>(splits));
    return ClassBalance.remarks(classes, parent, counts, ClassDrift.between(parent, counts))
        .stream()
        .map(Remark::text)
        .toList();
  }
}
