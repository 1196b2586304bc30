package dev.fovea.kernel;

import java.util.Set;

/**
 * Who asks: a person, a CI job or a service, with the project that the token was made for.
 *
 * @param subject the name that the audit log shows
 * @param project the only project that this caller sees, or {@code *} for every project
 *     (administrators and Fovea itself)
 * @param roles what the caller may do
 */
public record Caller(String subject, String project, Set<Role> roles) {
  /** Who does what: the rows of the design's table of users. */
  public enum Role {
    ENGINEER,
    CI,
    ANNOTATOR,
    RELEASE_MANAGER,
    ADMIN,
    /** Prometheus and its like: reads the metrics of a process, nothing else. */
    MONITOR,
    /** A service of Fovea calling another one. */
    SERVICE
  }

  public Caller {
    roles = Set.copyOf(roles);
  }

  /** Whether this caller may see that project. */
  public boolean sees(String other) {
    return project.equals("*") || project.equals(other);
  }
}
