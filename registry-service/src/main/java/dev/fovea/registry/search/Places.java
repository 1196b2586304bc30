package dev.fovea.registry.search;

/** A project and an experiment as one number, with which indexes of values begin. */
public final class Places {
  /** The place of a run, whose id is its one parameter. */
  public static final String OF_RUN =
      """
      (select e.place from registry.run r join registry.experiment e on e.project = r.project and e.id = r.experiment
        where r.id = ?)\
      """;

  private Places() {}
}
