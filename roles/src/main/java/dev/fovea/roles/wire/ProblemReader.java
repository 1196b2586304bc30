package dev.fovea.roles.wire;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import dev.fovea.roles.NotAllowed;
import dev.fovea.roles.Problems;
import dev.fovea.roles.RelayedProblem;
import dev.fovea.roles.ServiceUnavailable;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.http.HttpStatusCode;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rebuilds the problems that a group of APIs declares in its {@code throws} clauses, and those that
 * any call may meet.
 */
public final class ProblemReader {
  private static final List<Class<? extends Problem>> EVERYWHERE =
      List.of(InvalidRequest.class, NoSuchThing.class, NotAllowed.class, ServiceUnavailable.class);

  private final Map<URI, Constructor<?>> known = new TreeMap<>();
  private final JsonMapper json;

  /**
   * @throws IllegalStateException when an API declares a problem that can't be rebuilt
   */
  public ProblemReader(Collection<Class<?>> apis, JsonMapper json) {
    this.json = json;
    EVERYWHERE.forEach(this::learn);
    for (var api : apis) {
      for (var method : api.getMethods()) {
        Arrays.stream(method.getExceptionTypes())
            .flatMap(ProblemReader::unfolded)
            .forEach(this::learn);
      }
    }
  }

  /**
   * The problem that an answer tells of; empty where the answer isn't one.
   *
   * @param body the answer's, RFC 9457 JSON
   */
  public Optional<Problem> read(HttpStatusCode status, byte[] body) {
    try {
      var tree = json.readTree(body);
      if (tree == null
          || !tree.isObject()
          || !tree.path("type").isString()
          || !tree.path("detail").isString()) {
        return Optional.empty();
      }
      var type = URI.create(tree.path("type").asString());
      var constructor = known.get(type);
      return Optional.of(
          constructor == null || isBare(constructor, tree)
              ? relayed(status, type, tree)
              : rebuilt(constructor, tree));
    } catch (JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Of a known type, yet with none of its members: words alone, as a filter or a proxy writes. */
  private static boolean isBare(Constructor<?> constructor, JsonNode tree) {
    return constructor.getParameterCount() > 0
        && Arrays.stream(constructor.getParameters())
            .noneMatch(parameter -> tree.has(Problems.member(parameter)));
  }

  private Problem rebuilt(Constructor<?> constructor, JsonNode tree) {
    var parameters = constructor.getParameters();
    var arguments = new Object[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      var type = json.getTypeFactory().constructType(parameters[i].getParameterizedType());
      arguments[i] = json.treeToValue(tree.path(Problems.member(parameters[i])), type);
    }
    try {
      return (Problem) constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException("a problem with members that it refuses", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(constructor.toString(), e);
    }
  }

  private Problem relayed(HttpStatusCode status, URI type, JsonNode tree) {
    var members = new LinkedHashMap<String, Object>();
    for (var member : tree.properties()) {
      if (!List.of("type", "title", "status", "detail", "instance", "remedy", "kind")
          .contains(member.getKey())) {
        members.put(member.getKey(), member.getValue());
      }
    }
    return new RelayedProblem(
        kind(status, tree.path("kind").asString("")),
        type,
        tree.path("detail").asString(),
        tree.path("remedy").asString("see the log of the service that was asked"),
        members);
  }

  private static Problem.Kind kind(HttpStatusCode status, String written) {
    return Arrays.stream(Problem.Kind.values())
        .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(written))
        .findFirst()
        .orElseGet(() ->
            Arrays.stream(Problem.Kind.values())
                .filter(kind -> Problems.status(kind).isSameCodeAs(status))
                .findFirst()
                .orElse(
                    status.is5xxServerError() ? Problem.Kind.UNAVAILABLE : Problem.Kind.INVALID));
  }

  private static Stream<Class<?>> unfolded(Class<?> declared) {
    return declared.isSealed()
        ? Arrays.stream(declared.getPermittedSubclasses()).flatMap(ProblemReader::unfolded)
        : Stream.of(declared);
  }

  private void learn(Class<?> declared) {
    if (Problem.class.isAssignableFrom(declared) && !Modifier.isAbstract(declared.getModifiers())) {
      var problem = declared.asSubclass(Problem.class);
      known.put(
          Problems.type(problem),
          Problems.constructor(problem)
              .orElseThrow(() ->
                  new IllegalStateException(
                      "%s can't travel (expected: a public constructor, each parameter with an accessor of its name and type)"
                          .formatted(problem.getName()))));
    }
  }
}
