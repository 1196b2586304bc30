package dev.fovea.datasets.quality.labels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.Push.Finding;
import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.datasets.quality.folder.Findings;
import dev.fovea.datasets.quality.folder.PushedFolder;
import dev.fovea.datasets.quality.images.ImageVerdict;
import dev.fovea.kernel.Digest;
import dev.fovea.labels.format.LabelLimits;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.teamfile.DatasetSpec;
import dev.fovea.teamfile.DatasetSpec.Format;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FormatLabelsTest {
  private static final LabelBounds SMALL =
      new LabelBounds(new LabelLimits(4_000, 5, 10, 400, 1 << 20), 20, 2_000, 20_000);

  private final MemoryObjectStore objects = new MemoryObjectStore();
  private final Map<String, Stored> files = new TreeMap<>();
  private final Findings findings = new Findings();

  private FormatLabelsTest with(String path, String content) throws IOException {
    var bytes = content.getBytes(UTF_8);
    files.put(path, new Stored(objects.put(bytes), bytes.length));
    return this;
  }

  private Optional<Labels> read(Format format, LabelBounds bounds) throws IOException {
    var md5s = new HashMap<String, String>();
    files.keySet().forEach(path -> md5s.put(path, ""));
    var spec = new DatasetSpec("d.dvc", format, List.of(), Map.of());
    return new FormatLabels(objects, FormatLabelsTest::squares, bounds)
        .read(new PushedFolder("d", spec, md5s, files, findings));
  }

  /** Every image has 100 x 100 px. */
  private static Map<Digest, ImageVerdict> squares(java.util.Collection<Digest> images) {
    return images.stream()
        .collect(
            Collectors.toMap(
                each -> each, _ -> new ImageVerdict("", 100, 100, 0, Optional.empty())));
  }

  private static String yolo(int rows) {
    return "0 .5 .5 .5 .5\n".repeat(rows);
  }

  private void assertRefused(String place, String text) {
    assertThat(findings.kept())
        .filteredOn(Finding::refuses)
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.file()).isEqualTo(place);
          assertThat(finding.text()).isEqualTo(text);
          assertThat(finding.check()).isEqualTo("labels");
        });
  }

  @Nested
  class Bounds {
    @Test
    void aLabelFileIsNotTooLarge() throws Exception {
      with("a.png", "a").with("annotations/train.json", "{\"images\":[" + " ".repeat(4_000));
      assertThat(read(Format.COCO, SMALL)).isEmpty();
      assertRefused("d/annotations/train.json", "more than 4000 bytes");
    }

    @Test
    void anImageHasNotTooManyObjects() throws Exception {
      with("data.yaml", "train: images\nnames: [car]\n")
          .with("images/a.png", "a")
          .with("labels/a.txt", yolo(11));
      assertThat(read(Format.YOLO, SMALL)).isEmpty();
      assertRefused("d/labels/a.txt", "more than 10 rows");
    }

    @Test
    void aDatasetHasNotTooManyObjects() throws Exception {
      with("data.yaml", "train: images\nnames: [car]\n");
      for (int i = 0; i < 3; i++) {
        with("images/%d.png".formatted(i), "a").with("labels/%d.txt".formatted(i), yolo(8));
      }
      assertThat(read(Format.YOLO, SMALL)).isEmpty();
      assertRefused("d/images/2.png", "with it the dataset has more than 20 objects");
    }

    @Test
    void aDatasetHasNotTooManyImages() throws Exception {
      with("data.yaml", "train: images\nnames: [car]\n");
      for (int i = 0; i < 6; i++) {
        with("images/%d.png".formatted(i), "a");
      }
      assertThat(read(Format.YOLO, SMALL)).isEmpty();
      assertRefused("d", "more than 5 images");
    }

    @Test
    void outlinesHaveNotTooManyPoints() throws Exception {
      var circle =
          IntStream.range(0, 100)
              .mapToObj(i ->
                  "%s %s".formatted(.5 + .4 * Math.cos(i * .0628), .5 + .4 * Math.sin(i * .0628)))
              .collect(Collectors.joining(" ", "0 ", "\n"));
      with("data.yaml", "task: segment\ntrain: images\nnames: [car]\n")
          .with("images/a.png", "a")
          .with("labels/a.txt", circle);
      var read = read(Format.YOLO, SMALL).orElseThrow();
      var object = read.images().getFirst().objects().getFirst();
      assertThat(object.outline())
          .singleElement()
          .satisfies(outline -> assertThat(outline.size()).isEqualTo(LabelledObject.MOST_POINTS));
      assertThat(object.area()).isBetween(5_000.0, 5_027.0);

      var tight = new LabelBounds(SMALL.files(), 20, 127, 20_000);
      assertThat(read(Format.YOLO, tight)).isEmpty();
      assertRefused(
          "d/images/a.png", "with it the dataset's outlines have more than 127 coordinates");
    }

    /** A list may name one image again and again, whose labels are read each time. */
    @Test
    void readingEndsHoweverOftenAFileIsNamed() throws Exception {
      with("data.yaml", "train: list.txt\nnames: [car]\n")
          .with("list.txt", "a.png\n".repeat(600))
          .with("a.png", "a")
          .with("a.txt", "\n".repeat(4_000));
      var bounds =
          new LabelBounds(new LabelLimits(4_000, 1_000, 10, 400, 1 << 20), 20, 2_000, 20_000);
      assertThat(read(Format.YOLO, bounds)).isEmpty();
      assertRefused(
          "d/a.txt",
          "with it more than 20000 bytes of labels were read (expected: each file once or a few"
              + " times)");
    }

    @Test
    void aMillionObjectsInOneImageAreRefusedAfterAHundredThousand() throws Exception {
      with("data.yaml", "train: images\nnames: [car]\n")
          .with("images/a.png", "a")
          .with("labels/a.txt", yolo(1_000_000));
      assertThat(read(Format.YOLO, LabelBounds.DEFAULT)).isEmpty();
      assertRefused("d/labels/a.txt", "more than 100000 rows");
    }
  }

  @Test
  void anotherTaskThanDetectIsNamedInDataYaml() throws Exception {
    with("data.yaml", "train: images\nnames: [car]\n")
        .with("images/a.png", "a")
        .with("labels/a.txt", "0 .1 .1 .5 .1 .5 .5\n");
    assertThat(read(Format.YOLO, SMALL)).isEmpty();
    assertRefused(
        "d/labels/a.txt",
        "7 columns (expected: 5 for detect); name another task in data.yaml, such as 'task:"
            + " segment'");
  }

  @Test
  void listsWhatIsBelowAFolderAlone() throws Exception {
    with("a/b.txt", "1").with("a/c/d.txt", "2").with("a.txt", "3").with("a-b/e.txt", "4");
    var folder = new StoredFolder(files, objects, 1_000);
    assertThat(folder.list("a")).containsExactly("a/b.txt", "a/c/d.txt");
    assertThat(folder.list("")).hasSize(4);
    assertThat(folder.open("a/x.txt")).isEmpty();
    try (var bytes = folder.open("a/b.txt").orElseThrow()) {
      assertThat(bytes).hasContent("1");
    }
    assertThat(folder.wasOpened("a/b.txt")).isTrue();
    assertThat(folder.wasOpened("a.txt")).isFalse();
  }
}
