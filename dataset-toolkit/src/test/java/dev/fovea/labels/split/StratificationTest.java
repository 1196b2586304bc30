package dev.fovea.labels.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Dataset;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.csv.Csv;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.LabelSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Splits balanced by class. */
class StratificationTest {
  private static final Ratios RATIOS = Ratios.parse("train=0.8,val=0.1,test=0.1");
  private static final Grouping VIDEOS = Grouping.matching(Pattern.compile("video_(\\d+)"));
  private static final ImageSize SIZE = new ImageSize(64, 64);

  private static LabelledImage image(String path, String split, Map<String, Integer> objects) {
    var annotations = new ArrayList<Annotation>();
    objects.forEach((label, count) ->
        annotations.addAll(Collections.nCopies(count, Annotation.of(label, new WholeImage()))));
    return new LabelledImage(path, split, SIZE, annotations);
  }

  private static Map<String, String> splits(
      Ratios ratios, Map<String, Map<String, Integer>> groups) {
    return stratification(ratios, groups).splits();
  }

  // Each group is one image.
  private static Stratification stratification(
      Ratios ratios, Map<String, Map<String, Integer>> groups) {
    var counts = new ClassCounts();
    groups.forEach((key, objects) -> counts.add(key, image(key, "", objects)));
    return new Stratification(ratios, new GroupPoint("0"), counts, Map.of());
  }

  // The sum that is to be small: by how much of all each split misses its share of a class.
  private static double distance(
      Ratios ratios, Map<String, Map<String, Integer>> groups, Map<String, String> splits) {
    var all = new TreeMap<String, Double>();
    var own = new HashMap<List<String>, Double>();
    groups.forEach((key, objects) -> {
      var counts = new TreeMap<>(objects);
      counts.put("(images)", 1);
      counts.forEach((label, count) -> {
        all.merge(label, (double) count, Double::sum);
        own.merge(List.of(splits.get(key), label), (double) count, Double::sum);
      });
    });
    double sum = 0;
    for (var label : all.keySet()) {
      for (var share : ratios.shares().entrySet()) {
        double is = own.getOrDefault(List.of(share.getKey(), label), 0.0) / all.get(label);
        sum += (is - share.getValue()) * (is - share.getValue()) / share.getValue();
      }
    }
    return sum;
  }

  private static double least(Ratios ratios, Map<String, Map<String, Integer>> groups) {
    var names = List.copyOf(ratios.shares().keySet());
    var keys = List.copyOf(groups.keySet());
    double least = Double.MAX_VALUE;
    for (int i = 0; i < Math.pow(names.size(), keys.size()); i++) {
      var splits = new HashMap<String, String>();
      int digits = i;
      for (var key : keys) {
        splits.put(key, names.get(digits % names.size()));
        digits /= names.size();
      }
      least = Math.min(least, distance(ratios, groups, splits));
    }
    return least;
  }

  private static Map<String, Map<String, Integer>> tiny(Random random) {
    int classes = 1 + random.nextInt(3);
    var groups = new TreeMap<String, Map<String, Integer>>();
    for (int i = 2 + random.nextInt(5); i > 0; i--) {
      var objects = new TreeMap<String, Integer>();
      for (int label = 0; label < classes; label++) {
        int count = random.nextInt(3) == 0 ? 0 : random.nextInt(6);
        if (count > 0) {
          objects.put("class " + label, count);
        }
      }
      groups.put("group " + i, objects);
    }
    return groups;
  }

  @Nested
  class AgainstAllThereAre {
    // How far the sums of 100 cases are from the least that any split has, in parts of it.
    @ParameterizedTest
    @CsvSource({
      "'a=0.5,b=0.5', 0.08",
      "'a=0.6,b=0.4', 0.25",
      "'a=0.6,b=0.2,c=0.2', 0.15",
      "'a=0.8,b=0.1,c=0.1', 0.08"
    })
    void itIsNearlyTheNearest(String ratios, double excess) {
      var asked = Ratios.parse(ratios);
      var random = new Random(20);
      double least = 0;
      double found = 0;
      for (int i = 0; i < 100; i++) {
        var groups = tiny(random);
        least += least(asked, groups);
        found += distance(asked, groups, splits(asked, groups));
      }
      assertThat(found).isBetween(least - 1e-9, least * (1 + excess));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=0.5,b=0.5", "a=0.6,b=0.2,c=0.2", "a=0.8,b=0.1,c=0.1"})
    void ofEqualGroupsOfOneClassItIsTheNearest(String ratios) {
      var asked = Ratios.parse(ratios);
      for (int count = 1; count <= 7; count++) {
        var groups = new TreeMap<String, Map<String, Integer>>();
        for (int i = 0; i < count; i++) {
          groups.put("group " + i, Map.of("cat", 2));
        }
        assertThat(distance(asked, groups, splits(asked, groups)))
            .as("%d groups", count)
            .isCloseTo(least(asked, groups), within(1e-9));
      }
    }
  }

  @Nested
  class OfRandomData {
    // Frequent and rare classes, videos of one to 20 images.
    private static List<LabelledImage> images(long seed) {
      var random = new Random(seed);
      var images = new ArrayList<LabelledImage>();
      for (int video = 0; video < 200; video++) {
        int size = 1 + random.nextInt(20);
        for (int i = 0; i < size; i++) {
          var objects = new TreeMap<String, Integer>();
          for (int label = 0; label < 8; label++) {
            if (random.nextInt(1 << label) == 0) {
              objects.put("class " + label, 1 + random.nextInt(4));
            }
          }
          images.add(image("video_%d/%d.jpg".formatted(video, i), "", objects));
        }
      }
      return images;
    }

    private static Dataset dataset(List<LabelledImage> images) {
      var names = images.stream().flatMap(each -> each.annotations().stream());
      return new Dataset(
          Classes.named(names.map(Annotation::label).distinct().sorted().toList()), images);
    }

    private static Map<String, String> read(MemoryFolder folder) throws Exception {
      var splits = new HashMap<String, String>();
      new Csv().read(LabelSource.of(folder), image -> splits.put(image.path(), image.split()));
      return splits;
    }

    private static MemoryFolder written(List<LabelledImage> images) throws Exception {
      var folder = new MemoryFolder();
      dataset(images).write(new Csv(), folder);
      return folder;
    }

    private static SplitReport split(MemoryFolder from, MemoryFolder to, boolean keep)
        throws Exception {
      return new Splitting(RATIOS, "0", VIDEOS, keep)
          .balanced()
          .split(new Csv(), LabelSource.of(from), to);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noGroupLeaksAndSharesAreNearInAnyOrderOfFiles(long seed) throws Exception {
      var images = images(seed);
      var target = new MemoryFolder();
      var report = split(written(images), target, false);

      var byVideo = new HashMap<String, Set<String>>();
      read(target)
          .forEach((path, split) ->
              byVideo.computeIfAbsent(path.split("/")[0], _ -> new HashSet<>()).add(split));
      assertThat(byVideo).hasSize(200);
      assertThat(byVideo.values()).allSatisfy(splits -> assertThat(splits).hasSize(1));
      for (var split : report.splits()) {
        assertThat(split.share()).isCloseTo(split.asked(), within(0.015));
        assertThat(split.shares()).hasSize(8);
        split
            .shares()
            .forEach((label, share) -> {
              double all = split.targets().get(label) / split.asked();
              assertThat(share).isCloseTo(split.asked(), within(0.01 + 2 / all)); // two objects
            });
        assertThat(split.targets().get("class 0"))
            .isCloseTo(
                split.asked() * split.objects().get("class 0") / split.shares().get("class 0"),
                within(1e-6));
      }
      assertThat(report.unbalanced()).isEmpty();

      var shuffled = new ArrayList<>(images);
      Collections.shuffle(shuffled, new Random(seed));
      var again = new MemoryFolder();
      split(written(shuffled), again, false);
      assertThat(read(again)).isEqualTo(read(target));
    }

    @Test
    void imagesThatAreAddedMoveNoneWhereSplitsAreKept() throws Exception {
      var images = images(4);
      var few = images.subList(0, images.size() / 2);
      var before = new MemoryFolder();
      split(written(few), before, false);
      var stay = read(before);
      var more = new ArrayList<LabelledImage>();
      for (var each : images) {
        more.add(
            new LabelledImage(
                each.path(), stay.getOrDefault(each.path(), ""), SIZE, each.annotations()));
      }
      var kept = new MemoryFolder();
      var report = split(written(more), kept, true);
      assertThat(read(kept)).containsAllEntriesOf(stay);
      for (var split : report.splits()) {
        assertThat(split.share()).isCloseTo(split.asked(), within(0.015));
      }

      var free = new MemoryFolder();
      split(written(more), free, false);
      assertThat(read(free).entrySet().containsAll(stay.entrySet())).isFalse();
    }
  }

  @Nested
  class Classless {
    @Test
    void groupsAreBalancedByTheirImages() {
      var groups = new TreeMap<String, Map<String, Integer>>();
      for (int i = 0; i < 100; i++) {
        groups.put("group " + i, Map.of());
      }
      var splits = splits(RATIOS, groups).values();
      assertThat(Collections.frequency(splits, "train")).isEqualTo(80);
      assertThat(Collections.frequency(splits, "val")).isEqualTo(10);
    }

    @Test
    void datasetsAreSplitToo() {
      assertThat(splits(RATIOS, Map.of())).isEmpty();
      assertThat(splits(Ratios.parse("all=1"), Map.of("a", Map.of()))).containsEntry("a", "all");
    }
  }

  @Test
  void classesOfFewerGroupsThanSplitsAreNamed() {
    var groups =
        Map.of(
            "a", Map.of("cat", 5, "dog", 1),
            "b", Map.of("cat", 5, "owl", 9),
            "c", Map.of("cat", 5, "dog", 1));
    assertThat(stratification(RATIOS, groups).unbalanced())
        .containsExactly(Map.entry("dog", 2), Map.entry("owl", 1));
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.SECONDS)
  void aHundredThousandGroupsTakeSeconds() {
    var random = new Random(5);
    var counts = new ClassCounts();
    for (int i = 0; i < 100_000; i++) {
      var objects = new TreeMap<String, Integer>();
      for (int k = 0; k < 5; k++) {
        objects.merge("class " + random.nextInt(1 + random.nextInt(1_000)), 1, Integer::sum);
      }
      counts.add("image " + i, image("", "", objects));
    }
    var splits = new Stratification(RATIOS, new GroupPoint("0"), counts, Map.of()).splits();
    assertThat(Collections.frequency(splits.values(), "train")).isBetween(79_900, 80_100);
  }
}
