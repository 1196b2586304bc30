package dev.fovea.roles.wire;

import dev.fovea.kernel.Text;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;

/** Says why a body can't be read, without the class names that Jackson's own words are full of. */
final class UnreadableBody {
  private static final int MOST_CAUSES = 20;

  private UnreadableBody() {}

  static String reason(Throwable failure) {
    for (var cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof DatabindException databind) {
        return place(databind) + ownWords(databind).orElse("not of the expected form");
      }
      if (cause instanceof StreamReadException broken) {
        var where = broken.getLocation();
        return where == null
            ? "not JSON, or beyond its limits"
            : "not JSON, or beyond its limits, at line %d, column %d"
                .formatted(where.getLineNr(), where.getColumnNr());
      }
    }
    return "missing, cut short or not readable";
  }

  /**
   * What one of Fovea's own values said when it refused to be made; its words are meant for the
   * sender.
   */
  static Optional<String> ownWords(Throwable failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; i < MOST_CAUSES && cause != null; i++, cause = cause.getCause()) {
      var thrownBy = cause.getStackTrace();
      if (cause instanceof IllegalArgumentException
          && thrownBy.length > 0
          && thrownBy[0].getClassName().startsWith("dev.fovea.")) {
        return Optional.ofNullable(cause.getMessage());
      }
    }
    return Optional.empty();
  }

  private static String place(DatabindException failure) {
    var path =
        failure.getPath().stream()
            .map(step ->
                step.getPropertyName() == null
                    ? "[%d]".formatted(step.getIndex())
                    : "." + step.getPropertyName())
            .collect(Collectors.joining());
    return path.isEmpty()
        ? ""
        : "'%s': ".formatted(Text.excerpt(path.startsWith(".") ? path.substring(1) : path));
  }
}
