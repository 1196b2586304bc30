package dev.fovea.serving;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.serving.shadow.ShadowSettings;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.ServedDetector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
 * @param prefix the segments before {@code /v2} in the paths that clients use, besides the bare one
 * @param shadow whether requests can be copied, and who may say so
 * @param detector of a model that sees images in tiles
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
    FrameSink frames,
    List<String> prefix,
    ShadowSettings shadow,
    Optional<ServedDetector> detector) {
  private static final Pattern PREFIX = Pattern.compile("(/[a-z0-9][a-z0-9._-]{0,62}){0,8}");

  public ModelServerConfig {
    classes = List.copyOf(classes);
    prefix = List.copyOf(prefix);
    if (version.isEmpty() || version.contains("/")) {
      throw new IllegalArgumentException(
          "version: '%s' (expected: a number or a word without a slash)".formatted(version));
    }
    if (detector.isPresent() && !classes.isEmpty()) {
      throw new IllegalArgumentException(
          "a detector and %d classes of a classifier (expected: one of them)"
              .formatted(classes.size()));
    }
    if (detector.filter(each -> each.spec().tiles().isEmpty()).isPresent()) {
      throw new IllegalArgumentException(
          "a detector without tiles (expected: none; it answers with its raw outputs)");
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
        FrameSink.NOWHERE,
        List.of(),
        ShadowSettings.NONE,
        Optional.empty());
  }

  /** The same, taking frames. */
  public ModelServerConfig capturing(CaptureSettings settings, FrameSink sink) {
    return new ModelServerConfig(
        model,
        name,
        version,
        classes,
        preprocess,
        bind,
        limits,
        settings,
        sink,
        prefix,
        shadow,
        detector);
  }

  /** The same within other limits. */
  public ModelServerConfig within(ServerLimits other) {
    return new ModelServerConfig(
        model,
        name,
        version,
        classes,
        preprocess,
        bind,
        other,
        capture,
        frames,
        prefix,
        shadow,
        detector);
  }

  /** The same at another address. */
  public ModelServerConfig at(InetSocketAddress address) {
    return new ModelServerConfig(
        model,
        name,
        version,
        classes,
        preprocess,
        address,
        limits,
        capture,
        frames,
        prefix,
        shadow,
        detector);
  }

  /**
   * The same, answering behind a path prefix too.
   *
   * @param path such as {@code /inference/lamps}; empty for none
   */
  public ModelServerConfig behind(String path) {
    if (!PREFIX.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "path prefix: '%s' (expected: empty, or /segments of lower-case letters, digits, dots, hyphens and underscores)"
              .formatted(Text.excerpt(path)));
    }
    var segments = Stream.of(path.split("/")).filter(each -> !each.isEmpty()).toList();
    return new ModelServerConfig(
        model,
        name,
        version,
        classes,
        preprocess,
        bind,
        limits,
        capture,
        frames,
        segments,
        shadow,
        detector);
  }

  /** The same, copying requests where somebody with the token says so. */
  public ModelServerConfig shadowing(ShadowSettings settings) {
    return new ModelServerConfig(
        model,
        name,
        version,
        classes,
        preprocess,
        bind,
        limits,
        capture,
        frames,
        prefix,
        settings,
        detector);
  }

  /**
   * The same, answering with the objects in an image that it sees in tiles; the classes must be
   * empty.
   */
  public ModelServerConfig detecting(Optional<ServedDetector> other) {
    return new ModelServerConfig(
        model,
        name,
        version,
        classes,
        preprocess,
        bind,
        limits,
        capture,
        frames,
        prefix,
        shadow,
        other);
  }
}
