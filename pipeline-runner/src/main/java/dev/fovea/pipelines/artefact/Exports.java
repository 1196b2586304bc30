package dev.fovea.pipelines.artefact;

import dev.fovea.kernel.Digest;
import dev.fovea.onnx.export.Pt2Exporter;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.ObjectStore.LocalObject;
import java.util.List;

/**
 * Model files in the form that everything else works on: ONNX with 32-bit floats, written by Fovea.
 */
public final class Exports {
  private final Artefacts artefacts;
  private final ObjectStore objects;

  public Exports(Artefacts artefacts, ObjectStore objects) {
    this.artefacts = artefacts;
    this.objects = objects;
  }

  /**
   * The exported model: the one that the exporter in Python made, where it had to. Else a {@code
   * .pt2} is converted; an ONNX file is read, checked and written anew. Either names the model file
   * that it comes from in its metadata, so that its digest is never that of the file itself.
   *
   * @throws dev.fovea.kernel.Problem when the file cannot be read or has an operator that has no
   *     ONNX form
   */
  public Digest fp32(Digest model, Format format) throws Exception {
    var inPython = artefacts.find(PythonExport.recipe(model));
    if (inPython.isPresent()) {
      return inPython.get();
    }
    return artefacts.made(
        new Artefacts.Recipe("export-1", List.of(model.toString(), format.name())),
        () -> {
          try (var local = objects.local(model)) {
            return objects.put(
                OnnxWriter.bytes(
                    read(local, format).withMetadata("fovea.model", model.toString())));
          }
        });
  }

  private static OnnxModel read(LocalObject local, Format format) {
    return switch (format) {
      case PT2 -> Pt2Exporter.export(local.path()).model();
      case ONNX -> OnnxReader.read(local.path());
    };
  }
}
