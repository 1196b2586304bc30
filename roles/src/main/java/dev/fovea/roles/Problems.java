package dev.fovea.roles;

import dev.fovea.kernel.Problem;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.net.URI;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** Problems as RFC 9457 writes them: what every answer that isn't a success consists of. */
public final class Problems {
  private static final String TYPE = "tag:fovea.dev,2026:problem/";
  private static final Set<String> TAKEN =
      Set.of("type", "title", "status", "detail", "instance", "remedy", "kind");

  private Problems() {}

  /**
   * The problem for the wire: type and title from the class's name, status by its kind, {@code
   * remedy}, {@code kind}, and every parameter of its constructor under its own name ({@code
   * <name>Value} where RFC 9457 has taken the name).
   */
  public static ProblemDetail out(Problem problem) {
    var detail = ProblemDetail.forStatusAndDetail(status(problem), problem.explanation());
    detail.setProperty("remedy", problem.remedy());
    detail.setProperty("kind", problem.kind().name().toLowerCase(Locale.ROOT));
    if (problem instanceof RelayedProblem relayed) {
      detail.setType(relayed.type());
      detail.setTitle(title(relayed.type()));
      relayed.members().forEach(detail::setProperty);
    } else {
      var type = type(problem.getClass());
      detail.setType(type);
      detail.setTitle(title(type));
      constructor(problem.getClass())
          .ifPresent(made -> {
            for (var parameter : made.getParameters()) {
              detail.setProperty(member(parameter), value(problem, parameter));
            }
          });
    }
    return detail;
  }

  private static HttpStatus status(Problem problem) {
    return problem instanceof TooManyRequests
        ? HttpStatus.TOO_MANY_REQUESTS
        : status(problem.kind());
  }

  /** The HTTP status of a kind. */
  public static HttpStatus status(Problem.Kind kind) {
    return switch (kind) {
      case INVALID -> HttpStatus.UNPROCESSABLE_CONTENT;
      case NOT_FOUND -> HttpStatus.NOT_FOUND;
      case CONFLICT, REFUSED -> HttpStatus.CONFLICT;
      case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
      case FORBIDDEN -> HttpStatus.FORBIDDEN;
      case TOO_LARGE -> HttpStatus.CONTENT_TOO_LARGE;
      case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
    };
  }

  /** {@code tag:fovea.dev,2026:problem/item-held-by-another} for {@code ItemHeldByAnother}. */
  public static URI type(Class<? extends Problem> problem) {
    return type(
        problem.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT));
  }

  /** The type of a problem that has no class, such as {@code method-not-allowed}. */
  public static URI type(String name) {
    return URI.create(TYPE + name);
  }

  /** {@code Item held by another} for {@code …/item-held-by-another}. */
  public static String title(URI type) {
    var words = type.toString().substring(type.toString().lastIndexOf('/') + 1).replace('-', ' ');
    return words.isEmpty()
        ? "Problem"
        : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  /**
   * The constructor by which a problem is rebuilt: the longest whose parameters all have accessors
   * of their names.
   */
  public static Optional<Constructor<?>> constructor(Class<? extends Problem> problem) {
    return Arrays.stream(problem.getConstructors())
        .filter(made ->
            Arrays.stream(made.getParameters())
                .allMatch(parameter -> hasAccessor(problem, parameter)))
        .max(Comparator.comparingInt(Constructor::getParameterCount));
  }

  /** The name under which a constructor's parameter travels. */
  public static String member(Parameter parameter) {
    return TAKEN.contains(parameter.getName()) && !parameter.getName().equals("remedy")
        ? parameter.getName() + "Value"
        : parameter.getName();
  }

  private static boolean hasAccessor(Class<?> problem, Parameter parameter) {
    try {
      return problem.getMethod(parameter.getName()).getReturnType() == parameter.getType();
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private static Object value(Problem problem, Parameter parameter) {
    try {
      var accessor = problem.getClass().getMethod(parameter.getName());
      accessor.setAccessible(true);
      return accessor.invoke(problem);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "accessor %s of %s".formatted(parameter.getName(), problem.getClass()), e);
    }
  }
}
