package dev.fovea.web.runs;

import dev.fovea.registry.RunFiles.File;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A picture that a run logged, and what its name says.
 *
 * @param key what {@code mlflow.log_image} was given, or the file's name
 * @param step absent where the name has none
 */
record LoggedImage(File file, String key, Optional<Long> step) {
  /**
   * {@code mlflow.log_image} writes {@code images/KEY%step%STEP%timestamp%TIME%ID.png}, each slash
   * of the key as {@code #}, and a small WebP beside it.
   */
  private static final Pattern BY_STEP =
      Pattern.compile(
          "images/(?<key>.+)[%+~]step[%+~](?<step>-?\\d{1,18})[%+~]timestamp[%+~]\\d{1,18}[%+~].*");

  /** Larger ones are not sent to be shown. */
  private static final long MOST_BYTES = 16L << 20;

  private static final Pattern PICTURE = Pattern.compile("(?i).*\\.(png|jpe?g)");
  private static final Pattern EVALUATION =
      Pattern.compile(
          "(?i).*(confusion[_-]?matrix|pr[_-]?curve|precision[_-]?recall|roc[_-]?curve|f1[_-]?curve|[pr]_curve).*");

  /** What a file shows; absent where browsers show no such file, or it is too large. */
  static Optional<LoggedImage> of(File file) {
    if (file.bytes() > MOST_BYTES || !PICTURE.matcher(file.path()).matches()) {
      return Optional.empty();
    }
    var match = BY_STEP.matcher(file.path());
    if (match.matches()) {
      return Optional.of(
          new LoggedImage(
              file,
              match.group("key").replace('#', '/'),
              Optional.of(Long.parseLong(match.group("step")))));
    }
    return Optional.of(new LoggedImage(file, file.path(), Optional.empty()));
  }

  /**
   * Whether its name says that it is a drawing of an evaluation, as training libraries log them.
   */
  boolean isOfEvaluation() {
    return EVALUATION.matcher(key.toLowerCase(Locale.ROOT)).matches();
  }
}
