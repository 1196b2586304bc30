package dev.fovea.kernel;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who asks: a person, a CI job or a service, with what they may do in which project.
 *
 * @param subject the name that the audit log shows
 * @param project the project that this caller is in, or {@link #ALL} for every project
 *     (administrators and Fovea itself)
 * @param roles what the caller may do there
 * @param build the CI build that the token was given to, where it was: such a caller reads, and
 *     asks for releases of what that build's commit made, and nothing else
 * @param elsewhere the roles in further projects, {@link #ALL} among them where they hold
 *     everywhere; none for most callers
 * @param scopes what the caller's token is narrowed to; empty means to nothing less than its roles
 */
public record Caller(
    String subject,
    String project,
    Set<Role> roles,
    Optional<Build> build,
    Map<String, Set<Role>> elsewhere,
    Set<Scope> scopes) {
  /** In place of a project's name: every project. */
  public static final String ALL = "*";

  /**
   * In how many projects one caller may have roles of their own; more are given by {@link #ALL}.
   */
  public static final int MOST_PROJECTS = 50;

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
   * What a token may be narrowed to. {@code READ} takes away every change; the others leave some
   * protocols, and several of them leave the protocols of each.
   */
  public enum Scope {
    /** Reads, searches and downloads; changes nothing. */
    READ,
    /** MLflow's API: runs, metrics, artifacts, models. */
    TRACKING,
    /** Git and DVC. */
    DATA,
    /** Asking models that are served. */
    INFERENCE
  }

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
    // A process of the version before sends none of these.
    build = Objects.requireNonNullElse(build, Optional.empty());
    scopes = Set.copyOf(Objects.requireNonNullElse(scopes, Set.of()));
    var sorted = new TreeMap<String, Set<Role>>();
    Objects.requireNonNullElse(elsewhere, Map.<String, Set<Role>>of())
        .forEach((name, held) -> sorted.put(name, Set.copyOf(held)));
    elsewhere = Collections.unmodifiableMap(sorted);
  }

  /** Somebody with roles in one project, or the same in all. */
  public Caller(String subject, String project, Set<Role> roles, Optional<Build> build) {
    this(subject, project, roles, build, Map.of(), Set.of());
  }

  /** Somebody whose token was given to no build. */
  public Caller(String subject, String project, Set<Role> roles) {
    this(subject, project, roles, Optional.empty());
  }

  /**
   * Somebody with rights in several projects.
   *
   * @param rights the roles by project, at least one; those of {@link #ALL} hold in every project
   */
  public static Caller of(String subject, Map<String, Set<Role>> rights) {
    if (rights.isEmpty()) {
      throw new IllegalArgumentException("rights: none (expected: roles in a project or more)");
    }
    var others = new TreeMap<>(rights);
    var first = others.containsKey(ALL) ? ALL : others.firstKey();
    var roles = Objects.requireNonNull(others.remove(first), "rights have roles");
    return new Caller(subject, first, roles, Optional.empty(), others, Set.of());
  }

  /** Whether this caller may see that project. */
  public boolean sees(String other) {
    return everywhere() || project.equals(other) || elsewhere.containsKey(other);
  }

  /** Whether this caller sees every project. */
  public boolean everywhere() {
    return project.equals(ALL) || elsewhere.containsKey(ALL);
  }

  /**
   * The same caller with the roles of that project, those that hold everywhere included. Whoever
   * has no right there stays as they were, and does not see it.
   */
  public Caller in(String name) {
    if (elsewhere.isEmpty() || !sees(name)) {
      return this;
    }
    var all = rights();
    var there =
        union(
            all.getOrDefault(ALL, Set.of()),
            Objects.requireNonNullElse(all.remove(name), Set.of()));
    return new Caller(subject, name, there, build, all, scopes);
  }

  /** All roles that this caller has in any project. */
  public Set<Role> anywhere() {
    return elsewhere.values().stream().reduce(roles, Caller::union);
  }

  /** The projects that this caller has roles for, {@link #ALL} among them where it has such. */
  public SortedSet<String> projects() {
    return new TreeSet<>(rights().keySet());
  }

  private TreeMap<String, Set<Role>> rights() {
    var all = new TreeMap<>(elsewhere);
    all.merge(project, roles, Caller::union);
    return all;
  }

  private static Set<Role> union(Set<Role> some, Set<Role> others) {
    var both = EnumSet.noneOf(Role.class);
    both.addAll(some);
    both.addAll(others);
    return both;
  }
}
