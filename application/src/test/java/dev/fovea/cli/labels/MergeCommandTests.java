package dev.fovea.cli.labels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.CommandRun;
import dev.fovea.cli.terminal.ExitCode;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three versions of labels, made one by the command line. */
class MergeCommandTests {
  private static final String HEAD = "path,label,split\n";
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir Path folder;

  private int merge(String base, String ours, String theirs, String target) {
    return CommandRun.of(
        out, err, "dataset", "merge", place(base), place(ours), place(theirs), "-o", place(target));
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }

  private void write(String path, String text) throws IOException {
    var file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void mergesFilesOfLabels() throws IOException {
    write("base.csv", HEAD + "a.jpg,cat,train\nb.jpg,cat,val\n");
    write("ours.csv", HEAD + "a.jpg,dog,train\nb.jpg,cat,val\n");
    write("theirs.csv", HEAD + "a.jpg,cat,train\nb.jpg,cat,test\nc.jpg,cat,val\n");

    assertThat(merge("base.csv", "ours.csv", "theirs.csv", "out.csv")).as(err.toString()).isZero();

    assertThat(folder.resolve("out.csv"))
        .hasContent("path,label,split,slice\na.jpg,dog,train,\nb.jpg,cat,test,\nc.jpg,cat,val,\n");
    assertThat(names()).containsExactly("base.csv", "ours.csv", "out.csv", "theirs.csv");
  }

  @Test
  void saysBothValuesOfAConflict() throws IOException {
    write("base.csv", HEAD + "a.jpg,cat,train\n");
    write("ours.csv", HEAD + "a.jpg,dog,train\n");
    write("theirs.csv", HEAD + "a.jpg,bird,train\n");

    assertThat(merge("base.csv", "ours.csv", "theirs.csv", "out.csv")).isEqualTo(ExitCode.FAILED);

    assertThat(out.toString())
        .contains("1 conflicts")
        .contains("a.jpg, object 'cat': class: ours 'dog', theirs 'bird'");
    assertThat(folder.resolve("out.csv")).content().contains("a.jpg,dog,train");
  }

  @Test
  void mergesFoldersWithWhatIsInside() throws IOException {
    for (var side : List.of("base", "ours", "theirs")) {
      write(side + "/data.yaml", "names: [car, van]\ntrain: images\n");
      write(side + "/images/a.jpg", "a");
    }
    write("base/labels/a.txt", "0 0.5 0.5 0.2 0.2\n");
    write("ours/labels/a.txt", "1 0.5 0.5 0.2 0.2\n");
    write("theirs/labels/a.txt", "0 0.5 0.5 0.2 0.2\n0 0.1 0.1 0.1 0.1\n");
    write("theirs/images/b.jpg", "b");

    assertThat(merge("base", "ours", "theirs", "out")).as(err.toString()).isZero();

    assertThat(folder.resolve("out/labels/a.txt"))
        .hasContent("1 0.5 0.5 0.2 0.2\n0 0.1 0.1 0.1 0.1\n");
    assertThat(folder.resolve("out/images/b.jpg")).hasContent("b");
    assertThat(names()).containsExactly("base", "ours", "out", "theirs");
  }

  @Test
  void leavesNothingWhereItRefuses() throws IOException {
    write("base/a", "1");
    write("ours/x", "file");
    write("theirs/x/y", "inside");
    assertThat(merge("base", "ours", "theirs", "out")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("'x' as a file and as a folder");

    Files.createSymbolicLink(folder.resolve("ours/link"), folder.resolve("base/a"));
    assertThat(merge("base", "ours", "theirs", "out")).isEqualTo(ExitCode.FAILED);
    assertThat(merge("base", "base", "base/a", "out")).isEqualTo(ExitCode.FAILED);
    assertThat(merge("base", "base", "base", "ours")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .contains("is a link")
        .contains("not all files, and not all folders")
        .contains("is there already");
    assertThat(names()).containsExactly("base", "ours", "theirs");
  }
}
