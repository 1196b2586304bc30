package dev.fovea.kernel;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Who asks: a person, a CI job or a service, with the project that the token was made for.
 *
 * @param subject the name that the audit log shows
 * @param project the only project that this caller sees, or {@code *} for every project
 *     (administrators and Fovea itself)
 * @param roles what the caller may do
 * @param build the CI build that the token was given to, where it was: such a caller reads, and
 *     asks for releases of what that build's commit made, and nothing else
 */
public record Caller(String subject, String project, Set<Role> roles, Optional<Build> build) {
  /** Who does what: the rows of the design's table of users. */
  public enum Role {
    ENGINEER,
    CI,
    ANNOTATOR,
    RELEASE_MANAGER,
    ADMIN,
    /** An agent of the hardware lab, for its own device; no person's or CI's token has it. */
    AGENT,
    /**
     * Prometheus and its like: reads the metrics of a process and where model servers have theirs.
     */
    MONITOR,
    /** A model's server in a container, for frames of its own rollout; no token is given it. */
    MODEL_SERVER,
    /** A service of Fovea calling another one. */
    SERVICE
  }

  /** What only Fovea's own processes, devices and containers are, and no token can say. */
  public static final Set<Role> NOT_FOR_TOKENS =
      Set.of(Role.SERVICE, Role.AGENT, Role.MODEL_SERVER);

  /**
   * A build of somebody's repository, as its CI vouched for it.
   *
   * @param repository owner and name; names can be renamed and taken by others
   * @param repositoryId the host's own number of it, which stays
   * @param ref such as {@code refs/heads/main}
   */
  public record Build(String repository, String repositoryId, String ref, GitCommit commit) {
    private static final int LIMIT_CHARS = 256;

    public Build {
      bounded("repository", repository);
      bounded("repository id", repositoryId);
      bounded("ref", ref);
    }

    private static void bounded(String what, String value) {
      if (value.isBlank() || value.length() > LIMIT_CHARS) {
        throw new IllegalArgumentException(
            "%s: '%s' (expected: 1 to %d characters)"
                .formatted(what, Text.excerpt(value), LIMIT_CHARS));
      }
    }
  }

  public Caller {
    roles = Set.copyOf(roles);
    // A process of the version before sends none.
    build = Objects.requireNonNullElse(build, Optional.empty());
  }

  /** Somebody whose token was given to no build. */
  public Caller(String subject, String project, Set<Role> roles) {
    this(subject, project, roles, Optional.empty());
  }

  /** Whether this caller may see that project. */
  public boolean sees(String other) {
    return project.equals("*") || project.equals(other);
  }
}
