package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.onnx.graph.OnnxReader;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ExportModelCommandTests {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int export(Path archive, Path target, String... more) {
    var arguments = new String[4 + more.length];
    arguments[0] = "model";
    arguments[1] = "export";
    arguments[2] = archive.toString();
    arguments[3] = target.toString();
    System.arraycopy(more, 0, arguments, 4, more.length);
    return CommandRun.of(out, err, arguments);
  }

  private static Path example(String name) {
    return Path.of("..", "examples", "digits").resolve(name);
  }

  @Test
  void writesAModelThatCanBeRead() throws IOException {
    var target = folder.resolve("reader.onnx");

    assertThat(export(example("models/reader-v2.pt2"), target)).isEqualTo(ExitCode.OK);

    assertThat(OnnxReader.read(Files.readAllBytes(target)).opsets()).containsEntry("", 20L);
    assertThat(out.toString()).contains("reader.onnx: ", "nodes", "in   x: FLOAT[", ", 28, 28]");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void saysTheSameAsJson() throws IOException {
    var target = folder.resolve("reader.onnx");

    export(example("models/reader-v2.pt2"), target, "--json");

    var json = JsonMapper.shared().readTree(out.toString());
    assertThat(json.get("bytes").longValue()).isEqualTo(Files.size(target));
    assertThat(json.get("inputs").get(0).get("type").stringValue()).isEqualTo("FLOAT");
  }

  @Test
  void namesOperatorsWithoutOnnxFormAndLeavesNothing() throws IOException {
    var target = folder.resolve("unknown.onnx");

    assertThat(export(example("broken/unknown-operator.pt2"), target)).isEqualTo(ExitCode.FAILED);

    assertThat(err.toString()).contains("aten.special_bessel_j0.default", "next: ");
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void leavesAFileThatIsThere() throws IOException {
    var target = Files.writeString(folder.resolve("kept.onnx"), "kept");

    assertThat(export(example("models/reader-v2.pt2"), target)).isEqualTo(ExitCode.FAILED);

    assertThat(target).hasContent("kept");
    assertThat(err.toString()).contains("is there already");
  }

  @Test
  void refusesWhatIsNoArchiveAndFoldersThatAreNotThere() throws IOException {
    var text = Files.writeString(folder.resolve("model.pt2"), "no model at all");

    assertThat(export(text, folder.resolve("a.onnx"))).isEqualTo(ExitCode.FAILED);
    assertThat(export(folder, folder.resolve("a.onnx"))).isEqualTo(ExitCode.FAILED);
    assertThat(export(example("models/reader-v2.pt2"), folder.resolve("none/a.onnx")))
        .isEqualTo(ExitCode.FAILED);

    assertThat(err.toString()).contains("zip", "is no file", "is in no folder");
    assertThat(folder.resolve("a.onnx")).doesNotExist();
  }
}
