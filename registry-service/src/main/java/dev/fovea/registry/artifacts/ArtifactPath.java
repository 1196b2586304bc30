package dev.fovea.registry.artifacts;

import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.MlflowError;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place under a run or a logged model, such as {@code 3/models/m-<32
 * hex>/artifacts/data/model.pt2}. No file system ever sees it, but clients make files of it, so it
 * holds nothing that a file system could read as another place.
 *
 * @param experiment the experiment's id
 * @param owner the run's or logged model's id
 * @param path slash-separated, relative to the owner's folder; empty for the folder itself
 */
public record ArtifactPath(long experiment, String owner, String path) {
  private static final Pattern PLACE =
      Pattern.compile(
          "(?<experiment>\\d{1,18})/(?:models/(?<model>m-[0-9a-f]{32})|(?<run>[0-9a-f]{32}))/artifacts(?:/(?<path>.*))?");
  private static final int MOST_CHARS = 2_000;
  private static final int MOST_SEGMENT_BYTES = 255;
  private static final int MOST_DECODINGS = 4;

  public ArtifactPath {
    check(path);
  }

  /**
   * Reads the path of an artifact request.
   *
   * @return empty where no run or model could have such a path
   * @throws MlflowError where it tries to leave its place
   */
  public static Optional<ArtifactPath> parse(String text) {
    check(text);
    Matcher matcher = PLACE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    var owner = matcher.group("model") == null ? matcher.group("run") : matcher.group("model");
    var path = matcher.group("path");
    return Optional.of(
        new ArtifactPath(
            Long.parseLong(matcher.group("experiment")), owner, path == null ? "" : path));
  }

  /** A path relative to an owner's folder. */
  public static String relative(String path) {
    check(path);
    return path;
  }

  /** The same place as MLflow's URI. */
  public String uri() {
    var folder =
        "mlflow-artifacts:/%d/%s%s/artifacts"
            .formatted(experiment, owner.startsWith("m-") ? "models/" : "", owner);
    return path.isEmpty() ? folder : folder + "/" + path;
  }

  /** The last segment. */
  public String fileName() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Whether it is a logged model's. */
  public boolean isOfModel() {
    return owner.startsWith("m-");
  }

  // What is checked is every form that some reader down the line may make of it: decoded again, or
  // normalised.
  private static void check(String text) {
    if (text.length() > MOST_CHARS) {
      throw invalid("%d characters (expected: at most %d)".formatted(text.length(), MOST_CHARS));
    }
    var form = text;
    for (int i = 0; i < MOST_DECODINGS; i++) {
      checkSegments(form);
      checkSegments(Normalizer.normalize(form, Normalizer.Form.NFKC));
      var decoded = decoded(form);
      if (decoded.equals(form)) {
        return;
      }
      form = decoded;
    }
    throw invalid(
        "'%s' is encoded more than %d times".formatted(Text.excerpt(text), MOST_DECODINGS));
  }

  private static void checkSegments(String text) {
    if (text.isEmpty()) {
      return;
    }
    for (var segment : List.of(text.split("/", -1))) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw invalid("'%s' has an empty or dotted segment".formatted(Text.excerpt(text)));
      }
      if (segment.indexOf('\\') >= 0 || segment.chars().anyMatch(Character::isISOControl)) {
        throw invalid("'%s' has a backslash or a control character".formatted(Text.excerpt(text)));
      }
      int bytes = segment.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MOST_SEGMENT_BYTES) {
        throw invalid(
            "a segment of %d bytes (expected: at most %d)".formatted(bytes, MOST_SEGMENT_BYTES));
      }
    }
    if (text.matches("[A-Za-z]:.*")) {
      throw invalid("'%s' begins with a drive".formatted(Text.excerpt(text)));
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // A lone percent sign stands for itself.
      return text;
    }
  }

  private static MlflowError invalid(String why) {
    return MlflowError.invalid("Invalid path: " + why);
  }
}
