package dev.fovea.roles;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.InvalidRequest;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The header by which one process of Fovea tells another for whom it calls. Whoever checks tokens
 * believes it only from a caller with the role {@code SERVICE}, that is, one that showed {@code
 * fovea.internal-token}.
 */
public final class OnBehalfOf {
  /**
   * The header's name. Its value is subject, project and roles, and for a CI build its repository,
   * that one's id, ref and commit, each percent-encoded, joined by semicolons.
   */
  public static final String HEADER = "Fovea-On-Behalf-Of";

  private static final int LIMIT_CHARS = 4_000;
  private static final String FIX = "send no " + HEADER + " header; only Fovea's own processes do";

  private OnBehalfOf() {}

  /** The header's value for this caller. */
  public static String write(Caller caller) {
    var roles = caller.roles().stream().map(Enum::name).sorted().collect(Collectors.joining(","));
    var person = encoded(caller.subject()) + ";" + encoded(caller.project()) + ";" + roles;
    return caller
        .build()
        .map(build ->
            String.join(
                ";",
                person,
                encoded(build.repository()),
                encoded(build.repositoryId()),
                encoded(build.ref()),
                build.commit().sha()))
        .orElse(person);
  }

  /**
   * Reads the header's value.
   *
   * @throws InvalidRequest when it is not one that {@link #write} makes
   */
  public static Caller read(String value) {
    var parts = value.split(";", -1);
    if (value.length() > LIMIT_CHARS || (parts.length != 3 && parts.length != 7)) {
      throw new InvalidRequest(
          "header %s: %d characters in %d parts (expected: at most %d in 3 or 7)"
              .formatted(HEADER, value.length(), parts.length, LIMIT_CHARS),
          FIX);
    }
    try {
      var roles =
          Arrays.stream(parts[2].split(","))
              .filter(name -> !name.isEmpty())
              .map(Caller.Role::valueOf)
              .collect(Collectors.toSet());
      var build =
          parts.length == 3
              ? Optional.<Caller.Build>empty()
              : Optional.of(
                  new Caller.Build(
                      decoded(parts[3]),
                      decoded(parts[4]),
                      decoded(parts[5]),
                      GitCommit.of(parts[6])));
      return new Caller(decoded(parts[0]), decoded(parts[1]), roles, build);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(
          "header %s: an unknown role, a broken escape or a broken build".formatted(HEADER), FIX);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
