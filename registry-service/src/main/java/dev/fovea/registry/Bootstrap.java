package dev.fovea.registry;

/** How an installation gets its first token: a bean where the registry runs, and never a route. */
public interface Bootstrap {
  /**
   * A new token for whoever owns this installation's home folder: every project, every role but
   * SERVICE, 90 days.
   */
  Access.NewToken localOwner();
}
