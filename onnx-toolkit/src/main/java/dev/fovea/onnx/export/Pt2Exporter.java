package dev.fovea.onnx.export;

import dev.fovea.onnx.export.archive.Pt2Archive;
import dev.fovea.onnx.export.archive.Pt2Limits;
import dev.fovea.onnx.export.lowering.Translation;
import dev.fovea.onnx.export.program.ExportedProgram;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.ValueInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Converts {@code .pt2} archives (PyTorch 2.9 and later) to ONNX, IR 9, operator set 20. Both the
 * graph that {@code torch.export.export} gives and a decomposed one are accepted; the first one
 * usually becomes the smaller model.
 */
public final class Pt2Exporter {
  private static final long IR_VERSION = 9;
  private static final long OPSET = 20;

  private Pt2Exporter() {}

  /** Whether a file looks like an archive of {@code torch.export.save}, of any version. */
  public static boolean isPt2(Path file) {
    return Pt2Archive.isPt2(file);
  }

  /**
   * Converts an archive within the default limits. No code of the archive runs, and none of its
   * pickles is opened.
   *
   * @throws dev.fovea.onnx.export.archive.UnreadablePt2 if the archive is broken, hostile or too
   *     old
   * @throws dev.fovea.onnx.export.lowering.UnsupportedOperators if operators have no lowering
   * @throws dev.fovea.onnx.export.lowering.call.Inconvertible if a call cannot be expressed
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public static Exported export(Path pt2) {
    return export(pt2, Pt2Limits.DEFAULT);
  }

  /** The same as {@link #export(Path)} with limits of the caller's. */
  public static Exported export(Path pt2, Pt2Limits limits) {
    try (var archive = Pt2Archive.open(pt2, limits)) {
      var program = archive.program();
      var translated = Translation.translate(program, archive::tensor);
      var graph = translated.graph();
      return new Exported(
          new OnnxModel(IR_VERSION, Map.of("", OPSET), "fovea", graph, Map.of()),
          ports(graph.inputs(), translated.inputOrigins()),
          ports(graph.outputs(), translated.outputOrigins()),
          report(program, graph));
    }
  }

  private static List<Exported.Port> ports(List<ValueInfo> values, List<String> origins) {
    var ports = new ArrayList<Exported.Port>();
    for (int i = 0; i < values.size(); i++) {
      ports.add(new Exported.Port(values.get(i), origins.get(i)));
    }
    return ports;
  }

  private static Exported.Report report(ExportedProgram program, Graph graph) {
    var operators = new TreeMap<String, Integer>();
    program.calls().forEach(call -> operators.merge(call.operator(), 1, Integer::sum));
    long bytes = graph.initializers().stream().mapToLong(each -> each.data().remaining()).sum();
    return new Exported.Report(
        program.torchVersion(), program.decomposed(), operators, bytes, program.bounds());
  }
}
