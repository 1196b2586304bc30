package dev.fovea.cli.labels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.CommandRun;
import dev.fovea.cli.terminal.ExitCode;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Splits of datasets on disk, given and checked by the command line. */
class SplitCommandTests {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir Path folder;

  private int split(String... arguments) {
    return CommandRun.of(
        out,
        err,
        Stream.concat(Stream.of("dataset", "split"), Stream.of(arguments)).toArray(String[]::new));
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }

  private void write(String path, String text) throws IOException {
    var file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void table(String name, int videos, String split) throws IOException {
    var rows = new StringBuilder("path,label,split\n");
    for (int i = 0; i < 5 * videos; i++) {
      rows.append(
          "images/video_%d_%d.jpg,%s,%s\n"
              .formatted(i % videos, i, i % 2 == 0 ? "cat" : "dog", split));
    }
    write(name + "/labels.csv", rows.toString());
  }

  private List<String> rows(String name) throws IOException {
    return Files.readAllLines(folder.resolve(name).resolve("labels.csv"));
  }

  @Test
  void splitsByGroupsAndSaysWhatEachHolds() throws IOException {
    table("data", 100, "");
    var arguments =
        new String[] {place("data"), place("out"), "--format", "csv", "--group", "video_(\\d+)_"};
    assertThat(split(arguments)).as(err.toString()).isZero();

    assertThat(out.toString())
        .containsPattern("train +\\d+ +[67-9]\\d\\.\\d % +80\\.0 % +± 4\\.0 % +\\d+")
        .containsPattern("cat +\\d+ \\(\\d+\\.\\d %\\)");
    assertThat(rows("out")).hasSize(501).anySatisfy(row -> assertThat(row).contains(",test,"));
    assertThat(split(place("out"), "--check", "--format", "csv", "--group", "video_(\\d+)_"))
        .isZero();
    assertThat(out.toString()).contains("100 groups, none in two splits");

    // Twice as many images: those that were there are where they were.
    var before = rows("out");
    table("more", 200, "");
    arguments[0] = place("more");
    arguments[1] = place("out2");
    assertThat(split(arguments)).isZero();
    var groups = new ArrayList<String>();
    before.stream().skip(1).map(row -> group(row)).distinct().forEach(groups::add);
    assertThat(rows("out2").stream().skip(1).map(row -> group(row)).distinct()).containsAll(groups);
  }

  // Its video, and its split.
  private static String group(String row) {
    return row.replaceAll("images/video_(\\d+)_.*,(\\w+),$", "$1 $2");
  }

  @Test
  void balancesClassesAndSaysWhichItCannot() throws IOException {
    table("data", 100, "");
    var rows = rows("data");
    rows.add("images/video_7_1000.jpg,owl,");
    write("data/labels.csv", String.join("\n", rows) + "\n");
    var arguments =
        new String[] {
          place("data"),
          place("out"),
          "--format",
          "csv",
          "--group",
          "video_(\\d+)_",
          "--balance",
          "class"
        };
    assertThat(split(arguments)).as(err.toString()).isZero();

    assertThat(out.toString())
        .containsPattern("SPLIT +IMAGES +SHARE +ASKED +GROUPS")
        .containsPattern("train +40\\d +80\\.\\d % +80\\.0 % +80")
        .containsPattern("cat +200 of 200\\.0 \\(80\\.0 %\\) +25 of 25\\.0 \\(10\\.0 %\\)")
        .contains("1 classes cannot be in all splits, since they are in fewer groups: owl (1)");
    assertThat(split(place("out"), "--check", "--format", "csv", "--group", "video_(\\d+)_"))
        .isZero();

    // Its order of rows changes nothing, and what is there stays where it was asked to.
    var upside = new ArrayList<>(rows.subList(1, rows.size()).reversed());
    upside.addFirst(rows.getFirst());
    write("upside/labels.csv", String.join("\n", upside) + "\n");
    arguments[0] = place("upside");
    arguments[1] = place("out2");
    assertThat(split(arguments)).isZero();
    assertThat(rows("out2")).containsExactlyInAnyOrderElementsOf(rows("out"));
  }

  @Test
  void findsGroupsInSeveralSplits() throws IOException {
    write(
        "data/labels.csv",
        "path,label,split\n"
            + "a/video_1_a.jpg,cat,train\n"
            + "b/video_1_b.jpg,cat,test\n"
            + "c/video_2_c.jpg,cat,val\n");
    assertThat(split(place("data"), "--check", "--format", "csv", "--group", "video_\\d+"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(out.toString())
        .contains("video_1: b/video_1_b.jpg in test, a/video_1_a.jpg in train")
        .contains("1 of 2 groups are in several splits");

    assertThat(split(place("data"), "--check", "--format", "csv")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--check knows no groups");
  }

  @Test
  void groupsByAColumnOfATable() throws IOException {
    table("data", 3, "");
    var cameras = new StringBuilder("camera,path\n");
    rows("data").stream()
        .skip(1)
        .forEach(row ->
            cameras
                .append("c")
                .append(row.charAt(13))
                .append(',')
                .append(row.split(",")[0])
                .append('\n'));
    write("cameras.csv", cameras.toString());
    var arguments =
        new String[] {
          place("data"),
          place("out"),
          "--format",
          "csv",
          "--group-column",
          "camera",
          "--table",
          place("cameras.csv")
        };
    assertThat(split(arguments)).as(err.toString()).isZero();
    assertThat(rows("out").stream().skip(1).map(row -> group(row)).distinct()).hasSize(3);

    write("cameras.csv", cameras.toString().replace("c1,", ","));
    arguments[1] = place("out2");
    assertThat(split(arguments)).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("5 images are in no group");
    assertThat(folder.resolve("out2")).doesNotExist();
  }

  @Test
  void keepsImagesTogetherThatLookAlike() throws IOException {
    var random = new Random(7);
    for (int i = 0; i < 6; i++) {
      var picture = new BufferedImage(90, 80, BufferedImage.TYPE_INT_RGB);
      for (int cell = 0; cell < 72; cell++) {
        var graphics = picture.createGraphics();
        graphics.setColor(new Color(random.nextInt(1 << 24)));
        graphics.fillRect(cell % 9 * 10, cell / 9 * 10, 10, 10);
        graphics.dispose();
      }
      save(picture, "train/cat/%d.png".formatted(i));
      if (i < 3) {
        picture.setRGB(3, 3, 0);
        save(picture, "val/cat/again%d.png".formatted(i));
      }
    }
    assertThat(split(place("data"), "--check", "--format", "folder", "--group-alike"))
        .as(err.toString())
        .isEqualTo(ExitCode.FAILED);
    assertThat(out.toString()).contains("3 of 6 groups are in several splits");

    assertThat(split(place("data"), place("out"), "--format", "folder", "--group-alike")).isZero();
    assertThat(split(place("out"), "--check", "--format", "folder", "--group-alike")).isZero();
    try (var files = Files.walk(folder.resolve("out"))) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(9);
    }
  }

  private void save(BufferedImage picture, String path) throws IOException {
    var file = folder.resolve("data").resolve(path);
    Files.createDirectories(file.getParent());
    ImageIO.write(picture, "png", file.toFile());
  }

  @Test
  void leavesNothingWhereItRefuses() throws IOException {
    table("data", 2, "");
    assertThat(split(place("data"), place("out"), "--format", "csv", "--ratios", "a=0.5"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(split(place("data"), place("out"), "--format", "csv", "--group", "x("))
        .isEqualTo(ExitCode.USAGE);
    assertThat(
            split(
                place("data"),
                place("out"),
                "--format",
                "csv",
                "--group",
                "x",
                "--group-level",
                "1"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(split(place("data"), "--format", "csv")).isEqualTo(ExitCode.FAILED);
    assertThat(split(place("data"), place("data"), "--format", "csv")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .contains("shares of 0.5 in all (expected: 1)")
        .contains("2 groupings (expected: one, and perhaps --group-alike)")
        .contains("no folder was named for the result")
        .contains("is there already");
    try (var left = Files.list(folder)) {
      assertThat(left.map(each -> each.getFileName().toString())).containsExactly("data");
    }
  }
}
