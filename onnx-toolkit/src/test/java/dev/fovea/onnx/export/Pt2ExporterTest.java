package dev.fovea.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Pt2ExporterTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "convnet",
        "residual",
        "gates",
        "pools",
        "convolutions",
        "shapes",
        "arithmetic",
        "products",
        "mutations"
      })
  void answersAsPyTorchDidForRawPrograms(String name) throws Exception {
    var exported = Pt2Exporter.export(Recorded.file(name + ".raw.pt2"));

    assertThat(exported.report().decomposed()).isFalse();
    System.out.printf("%s raw %.2e%n", name, Recorded.compare(exported, name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "convnet",
        "residual",
        "gates",
        "pools",
        "convolutions",
        "shapes",
        "arithmetic",
        "products",
        "mutations"
      })
  void answersAsPyTorchDidForDecomposedPrograms(String name) throws Exception {
    var exported = Pt2Exporter.export(Recorded.file(name + ".decomposed.pt2"));

    assertThat(exported.report().decomposed()).isTrue();
    System.out.printf("%s decomposed %.2e%n", name, Recorded.compare(exported, name));
  }
}
