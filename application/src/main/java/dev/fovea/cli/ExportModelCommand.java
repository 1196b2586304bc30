package dev.fovea.cli;

import dev.fovea.cli.terminal.NewFile;
import dev.fovea.cli.terminal.Terminal;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.export.Exported.Port;
import dev.fovea.onnx.export.Pt2Exporter;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A model file of PyTorch's as ONNX. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Converts a .pt2 file of torch.export.save, PyTorch 2.9 or later, to ONNX.",
      "It is what the release job does, on this machine and without a server: no Python is needed,"
          + " and no code of the file runs. Operators that have no ONNX form are named."
    })
final class ExportModelCommand implements Callable<Integer> {
  @Mixin private Terminal terminal = new Terminal();

  @Parameters(index = "0", paramLabel = "FILE.pt2")
  private Path archive = Path.of("");

  @Parameters(index = "1", paramLabel = "OUT.onnx", description = "a new file")
  private Path target = Path.of("");

  /** What was written, and how it is called. */
  record Written(
      String file, int nodes, long bytes, boolean decomposed, List<In> inputs, List<In> outputs) {}

  /**
   * An input or output.
   *
   * @param shape sizes, or names of those that depend on what is fed
   */
  record In(String name, String type, List<String> shape) {
    static In of(Port port) {
      return new In(
          port.name(),
          port.value().type().name(),
          port.value().shape().stream().map(In::text).toList());
    }

    private static String text(Dimension dimension) {
      return switch (dimension) {
        case Dimension.Fixed(long size) -> Long.toString(size);
        case Dimension.Symbolic(String name) -> name;
        case Dimension.Unknown() -> "?";
      };
    }

    @Override
    public String toString() {
      return "%s: %s[%s]".formatted(name, type, String.join(", ", shape));
    }
  }

  @Override
  public Integer call() throws IOException {
    var file = new NewFile(target).requirePlace();
    if (!Files.isRegularFile(archive)) {
      throw new InvalidRequest(
          "%s is no file".formatted(archive), "name what torch.export.save wrote");
    }
    var exported = Pt2Exporter.export(archive);
    file.write(fresh -> OnnxWriter.write(exported.model(), fresh));
    var written =
        new Written(
            target.toString(),
            exported.model().graph().nodes().size(),
            Files.size(target),
            exported.report().decomposed(),
            exported.inputs().stream().map(In::of).toList(),
            exported.outputs().stream().map(In::of).toList());
    return terminal.print(written, text(written));
  }

  private static String text(Written written) {
    return "%s: %d nodes, %s%n  in   %s%n  out  %s"
        .formatted(
            written.file(),
            written.nodes(),
            ByteSize.of(written.bytes()),
            listed(written.inputs()),
            listed(written.outputs()));
  }

  private static String listed(List<In> ports) {
    return ports.stream().map(In::toString).collect(Collectors.joining("\n       "));
  }
}
