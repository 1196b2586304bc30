package dev.fovea.cli.labels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.CommandRun;
import dev.fovea.cli.terminal.ExitCode;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels of one format, written in another by the command line. */
class ConvertCommandTests {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir Path folder;

  @BeforeEach
  void label() throws IOException {
    Files.createDirectories(folder.resolve("coco/annotations"));
    Files.writeString(
        folder.resolve("coco/annotations/instances_train.json"),
        """
        {"images": [{"id": 7, "file_name": "images/a.jpg", "width": 100, "height": 50}],
         "categories": [{"id": 3, "name": "car"}],
         "annotations": [
           {"id": 1, "image_id": 7, "category_id": 3, "bbox": [10, 20, 40, 10], "area": 400, "iscrowd": 0, "segmentation": []},
           {"id": 2, "image_id": 7, "category_id": 3, "bbox": [0, 0, 10, 10], "iscrowd": 0,
            "segmentation": [[0, 0, 10, 0, 10, 10]]}]}
        """);
  }

  private int run(String... arguments) {
    return CommandRun.of(out, err, arguments);
  }

  private int convert(String from, String to, String target) {
    return run(
        "dataset",
        "convert",
        "--from",
        from,
        "--to",
        to,
        folder.resolve("coco").toString(),
        folder.resolve(target).toString());
  }

  @Test
  void writesTheOtherFormatAndSaysWhatIsLost() throws IOException {
    assertThat(convert("coco", "yolo", "yolo")).as(err.toString()).isZero();

    assertThat(folder.resolve("yolo/labels/a.txt"))
        .hasContent(
            """
            0 0.3 0.5 0.4 0.2
            0 0.05 0.1 0.1 0.2
            """);
    assertThat(out.toString()).contains("lost: polygons: 1 written as the boxes around them");
  }

  @Test
  void leavesNothingWhereItFails() throws IOException {
    Files.writeString(folder.resolve("coco/annotations/instances_train.json"), "{\"images\": [");

    assertThat(convert("coco", "voc", "voc")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("instances_train.json").contains("--from");
    try (var left = Files.list(folder)) {
      assertThat(left.map(each -> each.getFileName().toString())).containsExactly("coco");
    }
  }

  @Test
  void guessesNoTaskAndOverwritesNothing() {
    assertThat(convert("coco", "yolo", "coco")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("is there already");
    assertThat(convert("coco", "yolo", "yolo")).isZero();
    assertThat(
            run(
                "dataset",
                "convert",
                "--from=polaroid",
                "--to=coco",
                folder.toString(),
                folder.resolve("x").toString()))
        .isEqualTo(ExitCode.USAGE);
  }
}
