package dev.fovea.labels.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.yolo.Yolo;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which format a folder is labelled in. */
class KnownFormatTest {
  @ParameterizedTest
  @EnumSource
  void findsWhatFoveaWrites(KnownFormat format) throws IOException {
    var images = new MemoryFolder().with("images/a.jpg", "a");
    boolean placeless = EnumSet.of(KnownFormat.FOLDER, KnownFormat.CSV).contains(format);
    var shape = placeless ? new WholeImage() : new Box(1, 2, 3, 4);
    var image =
        new LabelledImage(
            "images/a.jpg", "train", new ImageSize(10, 10), List.of(Annotation.of("cat", shape)));
    var written = new MemoryFolder();

    try (var writer =
        Conversion.writer(
            format.writer(images, Yolo.Task.DETECT),
            written,
            Classes.named(List.of("cat")),
            new Losses())) {
      writer.accept(image);
    }

    assertThat(KnownFormat.in(written)).containsExactly(format);
  }

  @Test
  void tellsCocoFromDatumaroWhateverComesFirst() throws IOException {
    var coco = "{\"info\": {\"items\": 1}, \"licenses\": [], \"categories\": [], \"images\": []}";
    var datumaro = "{\"info\": {}, \"categories\": {\"label\": {}}, \"items\": []}";

    assertThat(KnownFormat.in(new MemoryFolder().with("annotations/train.json", coco)))
        .containsExactly(KnownFormat.COCO);
    assertThat(KnownFormat.in(new MemoryFolder().with("annotations/train.json", datumaro)))
        .containsExactly(KnownFormat.DATUMARO);
    assertThat(KnownFormat.in(new MemoryFolder().with("annotations/train.json", "{\"info\": [")))
        .containsExactly(KnownFormat.COCO);
  }

  @Test
  void namesAllWhereThereAreSeveral() throws IOException {
    var folder =
        new MemoryFolder()
            .with("labels.csv", "path,label,split\n")
            .with("train/_annotations.coco.json", "{}");

    assertThat(KnownFormat.in(folder)).containsExactlyInAnyOrder(KnownFormat.CSV, KnownFormat.COCO);
    assertThat(KnownFormat.in(new MemoryFolder().with("notes.txt", "none"))).isEmpty();
  }
}
