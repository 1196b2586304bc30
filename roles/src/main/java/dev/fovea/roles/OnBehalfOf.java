package dev.fovea.roles;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Caller.Scope;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.InvalidRequest;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The header by which one process of Fovea tells another for whom it calls. Whoever checks tokens
 * believes it only from a caller with the role {@code SERVICE}, that is, one that showed {@code
 * fovea.internal-token}.
 */
public final class OnBehalfOf {
  /**
   * The header's name. Its value is subject, project and roles, and for a CI build its repository,
   * that one's id, ref and commit, each percent-encoded, joined by semicolons. A caller with rights
   * in further projects or a narrowed token has nine parts: the build's are empty where there is
   * none, then come {@code PROJECT:ROLE,ROLE|PROJECT:ROLE} and the scopes.
   */
  public static final String HEADER = "Fovea-On-Behalf-Of";

  private static final int LIMIT_CHARS = 8_000;
  private static final int PERSON = 3;
  private static final int BUILD = 7;
  private static final int EVERYTHING = 9;
  private static final String FIX = "send no " + HEADER + " header; only Fovea's own processes do";

  private OnBehalfOf() {}

  /** The header's value for this caller. */
  public static String write(Caller caller) {
    var person =
        encoded(caller.subject()) + ";" + encoded(caller.project()) + ";" + names(caller.roles());
    var build = caller.build().map(OnBehalfOf::written);
    if (caller.elsewhere().isEmpty() && caller.scopes().isEmpty()) {
      return build.map(written -> person + ";" + written).orElse(person);
    }
    var elsewhere =
        caller.elsewhere().entrySet().stream()
            .map(entry -> encoded(entry.getKey()) + ":" + names(entry.getValue()))
            .collect(Collectors.joining("|"));
    return String.join(";", person, build.orElse(";;;"), elsewhere, names(caller.scopes()));
  }

  /**
   * Reads the header's value.
   *
   * @throws InvalidRequest when it is not one that {@link #write} makes
   */
  public static Caller read(String value) {
    var parts = value.split(";", -1);
    if (value.length() > LIMIT_CHARS
        || (parts.length != PERSON && parts.length != BUILD && parts.length != EVERYTHING)) {
      throw new InvalidRequest(
          "header %s: %d characters in %d parts (expected: at most %d in %d, %d or %d)"
              .formatted(
                  HEADER, value.length(), parts.length, LIMIT_CHARS, PERSON, BUILD, EVERYTHING),
          FIX);
    }
    try {
      boolean narrow = parts.length == EVERYTHING;
      boolean built = parts.length >= BUILD && !(narrow && parts[3].isEmpty());
      return new Caller(
          decoded(parts[0]),
          decoded(parts[1]),
          values(parts[2], Role::valueOf),
          built ? Optional.of(build(parts)) : Optional.empty(),
          narrow ? elsewhere(parts[BUILD]) : Map.of(),
          narrow ? values(parts[BUILD + 1], Scope::valueOf) : Set.of());
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(
          "header %s: an unknown role, a broken escape or a broken build".formatted(HEADER), FIX);
    }
  }

  private static String written(Caller.Build build) {
    return String.join(
        ";",
        encoded(build.repository()),
        encoded(build.repositoryId()),
        encoded(build.ref()),
        build.commit().sha());
  }

  private static Caller.Build build(String[] parts) {
    return new Caller.Build(
        decoded(parts[3]), decoded(parts[4]), decoded(parts[5]), GitCommit.of(parts[6]));
  }

  private static Map<String, Set<Role>> elsewhere(String text) {
    var all = new TreeMap<String, Set<Role>>();
    for (var entry : text.isEmpty() ? new String[0] : text.split("\\|", -1)) {
      int at = entry.indexOf(':');
      if (at < 1) {
        throw new IllegalArgumentException("no project in '%s'".formatted(entry));
      }
      all.put(decoded(entry.substring(0, at)), values(entry.substring(at + 1), Role::valueOf));
    }
    return all;
  }

  private static String names(Collection<? extends Enum<?>> values) {
    return values.stream().map(Enum::name).sorted().collect(Collectors.joining(","));
  }

  private static <E> Set<E> values(String text, Function<String, E> named) {
    return Arrays.stream(text.split(","))
        .filter(name -> !name.isEmpty())
        .map(named)
        .collect(Collectors.toSet());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
