package dev.fovea.onnx.session;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** Shows the graph that ONNX Runtime would run on this machine. */
public final class OrtOptimiser {
  private OrtOptimiser() {}

  /**
   * The model after ONNX Runtime's own rewriting, with the types and shapes it inferred. From
   * {@link Optimisation#EXTENDED} on the graph has operators of the domain {@code com.microsoft}
   * and is for looking at; what it holds depends on the processor.
   *
   * @throws InferenceFailed if ONNX Runtime cannot load the model
   */
  public static OnnxModel optimise(OnnxModel model, Optimisation optimisation) {
    try {
      var folder = Files.createTempDirectory("fovea-onnx");
      var file = folder.resolve("optimised.onnx");
      try (var options = options(SessionSettings.defaults().with(optimisation))) {
        options.setOptimizedModelFilePath(file.toString());
        OrtEnvironment.getEnvironment().createSession(OnnxWriter.bytes(model), options).close();
        return OnnxReader.read(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (OrtException e) {
      throw InferenceFailed.loading(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** ONNX Runtime's own form of the settings; the caller closes it. */
  static SessionOptions options(SessionSettings settings) throws OrtException {
    var options = new SessionOptions();
    try {
      // What fails is thrown with its reason; the text may repeat names from a hostile model.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.setIntraOpNumThreads(settings.intraOpThreads());
      options.setInterOpNumThreads(settings.interOpThreads());
      options.setExecutionMode(
          settings.interOpThreads() > 1 ? ExecutionMode.PARALLEL : ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(settings.optimisation().level());
      return options;
    } catch (OrtException | RuntimeException e) {
      options.close();
      throw e;
    }
  }
}
