package dev.fovea.serving;

import dev.fovea.kernel.Name;
import dev.fovea.teamfile.PreprocessSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * What to serve, and where.
 *
 * @param model the ONNX file, with one FP32 input whose first axis counts the images
 * @param version the number in the path {@code …/versions/{version}}
 * @param classes names of the classes in the order of the scores; empty for a model that doesn't
 *     classify
 * @param preprocess how an image becomes the input
 * @param bind the address; port 0 takes a free one
 * @param frames where taken frames go
 */
public record ModelServerConfig(
    Path model,
    Name name,
    String version,
    List<String> classes,
    PreprocessSpec preprocess,
    InetSocketAddress bind,
    ServerLimits limits,
    CaptureSettings capture,
    FrameSink frames) {
  public ModelServerConfig {
    classes = List.copyOf(classes);
    if (version.isEmpty() || version.contains("/")) {
      throw new IllegalArgumentException(
          "version: '%s' (expected: a number or a word without a slash)".formatted(version));
    }
  }

  /** On a free port of loopback, with the standard limits, taking no frames. */
  public static ModelServerConfig of(
      Path model, Name name, String version, List<String> classes, PreprocessSpec preprocess) {
    return new ModelServerConfig(
        model,
        name,
        version,
        classes,
        preprocess,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        ServerLimits.standard(),
        CaptureSettings.NOTHING,
        FrameSink.NOWHERE);
  }

  /** The same, taking frames. */
  public ModelServerConfig capturing(CaptureSettings settings, FrameSink sink) {
    return new ModelServerConfig(
        model, name, version, classes, preprocess, bind, limits, settings, sink);
  }

  /** The same within other limits. */
  public ModelServerConfig within(ServerLimits other) {
    return new ModelServerConfig(
        model, name, version, classes, preprocess, bind, other, capture, frames);
  }

  /** The same at another address. */
  public ModelServerConfig at(InetSocketAddress address) {
    return new ModelServerConfig(
        model, name, version, classes, preprocess, address, limits, capture, frames);
  }
}
