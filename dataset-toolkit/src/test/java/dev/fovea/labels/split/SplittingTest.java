package dev.fovea.labels.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Dataset;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.coco.Coco;
import dev.fovea.labels.csv.Csv;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.folder.ImageFolder;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.yolo.Yolo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplittingTest {
  private static final Ratios RATIOS = Ratios.parse("train=0.8,val=0.1,test=0.1");
  private static final ImageSize SIZE = new ImageSize(64, 64);
  private static final Grouping VIDEOS = Grouping.matching(Pattern.compile("video_(\\d+)"));

  private static Dataset images(List<String> paths) {
    return new Dataset(
        Classes.named(List.of("cat")),
        paths.stream()
            .map(path ->
                new LabelledImage(
                    path,
                    "",
                    Optional.empty(),
                    OptionalLong.empty(),
                    Optional.of(SIZE),
                    List.of(Annotation.of("cat", new WholeImage()))))
            .toList());
  }

  private static List<String> alone(int from, int to) {
    var paths = new ArrayList<String>();
    for (int i = from; i < to; i++) {
      paths.add("images/%06d.jpg".formatted(i));
    }
    return paths;
  }

  private static LabelSource source(LabelFormat format, Dataset dataset) throws Exception {
    var folder = new MemoryFolder();
    dataset.write(format, folder);
    return LabelSource.of(folder).with(_ -> Optional.of(SIZE));
  }

  private static Map<String, String> split(Splitting splitting, List<String> paths)
      throws Exception {
    var target = new MemoryFolder();
    splitting.split(new Csv(), source(new Csv(), images(paths)), target);
    return splits(new Csv(), target);
  }

  private static Map<String, String> splits(LabelFormat format, MemoryFolder folder)
      throws Exception {
    var splits = new HashMap<String, String>();
    Dataset.read(format, LabelSource.of(folder).with(_ -> Optional.of(SIZE)))
        .images()
        .forEach(image -> splits.put(image.path(), image.split()));
    return splits;
  }

  private static Splitting by(Grouping grouping) {
    return new Splitting(RATIOS, "0", grouping, false);
  }

  @Nested
  class Determined {
    // By Python: int.from_bytes(sha256(b"0\\0" + key).digest()[:8], "big") >> 11, times 2**-53.
    @ParameterizedTest
    @CsvSource({
      "0, images/000000.jpg, 0.0425805820801014",
      "0, 7, 0.7206376851077994",
      "seed, ü/ß.jpg, 0.38151576776198426",
    })
    void pointsAreThoseOfTheHash(String seed, String key, double point) {
      assertThat(new GroupPoint(seed).of(key)).isEqualTo(point);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void neitherOrderNorWhatIsAddedMovesAnImage(long seed) throws Exception {
      var paths = alone(0, 400);
      var before = split(by(Grouping.ALONE), paths);
      var more = new ArrayList<>(paths);
      more.addAll(alone(400, 700));
      Collections.shuffle(more, new Random(seed));
      assertThat(split(by(Grouping.ALONE), more)).containsAllEntriesOf(before);
      var fewer = more.subList(0, 300);
      assertThat(split(by(Grouping.ALONE), fewer))
          .allSatisfy(
              (path, split) -> assertThat(split).isEqualTo(before.getOrDefault(path, split)));
    }

    @Test
    void anotherSeedGivesAnother() throws Exception {
      var paths = alone(0, 200);
      assertThat(split(new Splitting(RATIOS, "1", Grouping.ALONE, false), paths))
          .isNotEqualTo(split(by(Grouping.ALONE), paths));
    }
  }

  @Nested
  class Groups {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void areNeverInTwoSplits(long seed) throws Exception {
      var random = new Random(seed);
      var paths = new HashSet<String>();
      for (int i = 0; i < 600; i++) {
        paths.add("a/video_%d/%d.jpg".formatted(random.nextInt(60), i));
      }
      var target = new MemoryFolder();
      by(VIDEOS).split(new Csv(), source(new Csv(), images(List.copyOf(paths))), target);
      var byVideo = new HashMap<String, Set<String>>();
      splits(new Csv(), target)
          .forEach((path, split) ->
              byVideo.computeIfAbsent(path.split("/")[1], _ -> new HashSet<>()).add(split));
      assertThat(byVideo.values()).allSatisfy(splits -> assertThat(splits).hasSize(1));
      assertThat(Set.copyOf(splits(new Csv(), target).values()))
          .containsExactlyInAnyOrder("train", "val", "test");
      var leaks = Leaks.of(new Csv(), LabelSource.of(target), VIDEOS);
      assertThat(leaks.count()).isZero();
      assertThat(leaks.groups()).isEqualTo(byVideo.size());
    }

    @Test
    void areFoundWhereTheyLeak() throws Exception {
      var folder =
          new MemoryFolder()
              .with(
                  "labels.csv",
                  """
                  path,label,split
                  video_1/a.jpg,cat,train
                  video_2/a.jpg,cat,train
                  video_1/b.jpg,cat,test
                  video_2/b.jpg,cat,
                  """);
      var leaks = Leaks.of(new Csv(), LabelSource.of(folder), VIDEOS);
      assertThat(leaks.found())
          .containsExactly(
              new Leaks.Leak("1", Map.of("train", "video_1/a.jpg", "test", "video_1/b.jpg")));
      assertThat(leaks.unsplit()).isEqualTo(1);
    }

    @Test
    void areOfEveryImageOrNothingIsDone() {
      assertThatThrownBy(() -> split(by(VIDEOS), List.of("video_1/a.jpg", "other.jpg")))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("1 images are in no group, such as 'other.jpg'");
      assertThatThrownBy(() -> split(by(Grouping.level(2)), List.of("a/b/c.jpg", "a/d.jpg")))
          .hasMessageContaining("'a/d.jpg'");
    }

    @Test
    void areFoldersOfALevelOrValuesOfATable() {
      assertThat(Grouping.level(1).of("a/b/c.jpg", "")).contains("a");
      assertThat(Grouping.level(2).of("a/b/c.jpg", "")).contains("a/b");
      assertThat(Grouping.level(1).of("c.jpg", "")).isEmpty();
      var table = Grouping.table(Map.of("x", "camera 1", "y", ""));
      assertThat(table.of("", "x")).contains("camera 1");
      assertThat(table.of("", "y")).isEmpty();
      assertThat(table.of("", "z")).isEmpty();
    }

    @Test
    void comeTogetherWhereImagesAreAlike() {
      var alike = new AlikeImages();
      alike.add("a", Optional.empty(), "sha256:9", OptionalLong.of(0x0123456789abcdefL));
      alike.add("b", Optional.empty(), "sha256:3", OptionalLong.of(0x0123456789abcdeeL));
      alike.add("c", Optional.empty(), "sha256:5", OptionalLong.of(0x0123456789abc2efL));
      alike.add("d", Optional.empty(), "sha256:1", OptionalLong.of(0xfedcba9876543210L));
      alike.add("e", Optional.empty(), "sha256:1", OptionalLong.empty());
      var groups = alike.grouping();
      assertThat(List.of("a", "b", "d", "e"))
          .extracting(path -> groups.of("", path).orElseThrow())
          .containsExactly("sha256:3", "sha256:3", "sha256:1", "sha256:1");
      assertThat(groups.of("", "c")).contains("sha256:5");
      assertThat(groups.of("", "f")).isEmpty();
    }

    @Test
    void ofAnotherGroupingComeTogetherWhereTheirImagesAreAlike() {
      var alike = new AlikeImages();
      alike.add("a", Optional.of("video 1"), "sha256:1", OptionalLong.empty());
      alike.add("b", Optional.of("video 2"), "sha256:2", OptionalLong.empty());
      alike.add("c", Optional.of("video 3"), "sha256:2", OptionalLong.empty());
      alike.add("d", Optional.of("video 2"), "sha256:4", OptionalLong.empty());
      assertThat(List.of("a", "b", "c", "d"))
          .extracting(path -> alike.grouping().of("", path).orElseThrow())
          .containsExactly("video 1", "video 2", "video 2", "video 2");
    }
  }

  @Nested
  class Kept {
    private static final String TABLE =
        """
        path,label,split
        video_1/a.jpg,cat,test
        video_2/a.jpg,cat,old
        video_1/b.jpg,cat,
        """;

    private static Map<String, String> kept(String table) throws Exception {
      var target = new MemoryFolder();
      new Splitting(RATIOS, "0", VIDEOS, true)
          .split(new Csv(), LabelSource.of(new MemoryFolder().with("labels.csv", table)), target);
      return splits(new Csv(), target);
    }

    @Test
    void imagesStayAndTheirGroupsFollow() throws Exception {
      assertThat(kept(TABLE))
          .containsEntry("video_1/a.jpg", "test")
          .containsEntry("video_1/b.jpg", "test")
          .containsEntry("video_2/a.jpg", "train");
    }

    @Test
    void imagesOfOneGroupMayNotStayInTwo() {
      assertThatThrownBy(() -> kept(TABLE.replace("b.jpg,cat,", "b.jpg,cat,val")))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("the group '1' is in test and in val");
    }
  }

  @Nested
  class Written {
    @Test
    void asFilesOfCocoAndListsOfYolo() throws Exception {
      var dataset =
          Dataset.of(
              Classes.named(List.of("cat")),
              new LabelledImage(
                  "images/000000.jpg",
                  "",
                  SIZE,
                  List.of(Annotation.of("cat", new Box(8, 8, 16, 16)))),
              new LabelledImage("images/000001.jpg", "", SIZE, List.of()));
      for (var format : List.of(new Coco(), new Yolo(Yolo.Task.DETECT))) {
        var target = new MemoryFolder();
        var report =
            new Splitting(Ratios.parse("a=0.5,b=0.5"), "2", Grouping.ALONE, false)
                .split(format, source(format, dataset), target);
        var splits = splits(format, target);
        assertThat(splits.keySet())
            .containsExactlyInAnyOrder("images/000000.jpg", "images/000001.jpg");
        assertThat(Set.of("a", "b")).containsAll(splits.values());
        assertThat(report.losses()).isEmpty();
      }
    }

    @Test
    void withLicencesAndAllElseThatCocoSays() throws Exception {
      var folder =
          new MemoryFolder()
              .with(
                  "annotations/instances_default.json",
                  """
                  {"info":{"year":2017},"licenses":[{"id":2,"name":"CC BY"}],
                   "images":[{"id":1,"file_name":"0.jpg","license":2,"coco_url":"u"},{"id":2,"file_name":"7.jpg"}],
                   "annotations":[],"categories":[]}
                  """);
      var target = new MemoryFolder();
      var report =
          new Splitting(Ratios.parse("a=0.5,b=0.5"), "0", Grouping.ALONE, false)
              .balanced()
              .split(new Coco(), LabelSource.of(folder), target);
      assertThat(report.losses()).isEmpty();
      assertThat(target.list(""))
          .containsExactly("annotations/instances_a.json", "annotations/instances_b.json")
          .allSatisfy(file ->
              assertThat(target.text(file))
                  .contains("\"info\":{\"year\":2017}", "{\"id\":2,\"name\":\"CC BY\"}"));
      assertThat(
              target.text("annotations/instances_a.json")
                  + target.text("annotations/instances_b.json"))
          .contains("\"file_name\":\"0.jpg\",\"license\":2,\"coco_url\":\"u\"}");
    }

    @Test
    void asFoldersThatImagesGoTo() throws Exception {
      var folder = new MemoryFolder();
      for (int i = 0; i < 40; i++) {
        folder.with("%s/cat/%d.jpg".formatted(i % 2 == 0 ? "train" : "val", i), "image " + i);
      }
      var target = new MemoryFolder();
      by(Grouping.ALONE).split(new ImageFolder(folder), LabelSource.of(folder), target);
      var again = new MemoryFolder();
      by(Grouping.ALONE).split(new ImageFolder(target), LabelSource.of(target), again);
      assertThat(target.list("")).hasSize(40).isEqualTo(again.list(""));
      for (var path : target.list("")) {
        var name = path.substring(path.lastIndexOf('/') + 1).replace(".jpg", "");
        assertThat(target.text(path)).isEqualTo("image " + name);
      }

      folder.with("val/cat/0.jpg", "another of this name");
      assertThatThrownBy(() ->
              by(Grouping.ALONE)
                  .split(new ImageFolder(folder), LabelSource.of(folder), new MemoryFolder()))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("'cat/0.jpg' is there twice");
    }

    @Test
    void withWhatEachSplitHolds() throws Exception {
      var folder =
          new MemoryFolder()
              .with(
                  "labels.csv",
                  "path,label,split\nx/1.jpg,cat,\nx/2.jpg,cat,\nx/3.jpg,dog,\ny/1.jpg,cat,\n");
      var report =
          new Splitting(Ratios.parse("a=0.75,b=0.25"), "0", Grouping.level(1), false)
              .split(new Csv(), LabelSource.of(folder), new MemoryFolder());
      var together = report.splits();
      assertThat(together).extracting(SplitReport.Split::images).containsExactly(3L, 1L);
      assertThat(together.stream().mapToLong(SplitReport.Split::groups).sum()).isEqualTo(2);
      // √(0.75 · 0.25 · (3² + 1²)) / 4
      assertThat(together.getFirst().deviation()).isCloseTo(0.342_327, within(1e-6));
      assertThat(together.stream().mapToDouble(each -> each.shares().get("cat")).sum())
          .isCloseTo(1, within(1e-12));
    }
  }

  @Nested
  class Shares {
    @Test
    void areWithinFourDeviationsOfWhatWasAsked() throws Exception {
      var target = new MemoryFolder();
      var report =
          by(Grouping.ALONE).split(new Csv(), source(new Csv(), images(alone(0, 20_000))), target);
      for (var split : report.splits()) {
        assertThat(split.deviation())
            .isCloseTo(Math.sqrt(split.asked() * (1 - split.asked()) / 20_000), within(1e-12));
        assertThat(Math.abs(split.share() - split.asked())).isLessThan(4 * split.deviation());
      }
    }

    // Of 1,000 seeds about 683 are within one deviation, if it is the deviation: ± 4 √(1000 · 0.68
    // · 0.32).
    @Test
    void areAsFarFromItAsTheDeviationSays() {
      int within = 0;
      for (int seed = 0; seed < 1_000; seed++) {
        var points = new GroupPoint("seed " + seed);
        double images = 0;
        double all = 0;
        double squares = 0;
        for (int group = 0; group < 400; group++) {
          int size = 1 + group % 5;
          all += size;
          squares += size * size;
          images += RATIOS.at(points.of("group " + group)).equals("train") ? size : 0;
        }
        double deviation = Math.sqrt(0.8 * 0.2 * squares) / all;
        within += Math.abs(images / all - 0.8) <= deviation ? 1 : 0;
      }
      assertThat(within).isBetween(624, 742);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "train",
          "train=0.8",
          "a=0.5,a=0.5",
          "a=NaN",
          "a=1.5,b=-0.5",
          "a/b=1",
          "=1",
          "a=1,b=0"
        })
    void thatAreNoneAreRefused(String text) {
      assertThatThrownBy(() -> Ratios.parse(text)).isInstanceOf(InvalidRequest.class);
    }
  }
}
