package dev.fovea.web;

import java.util.List;

/**
 * What surrounds every page.
 *
 * @param project the project looked at; empty where none is
 * @param projects those that the viewer may choose
 * @param groups the navigation
 * @param crumbs what lies between the project and the page
 * @param htmx the version of htmx that this build serves
 */
public record Shell(
    String project, List<String> projects, List<Group> groups, List<Crumb> crumbs, String htmx) {
  /** Some entries under a word. */
  public record Group(String name, List<Entry> entries) {}

  /**
   * One entry.
   *
   * @param waiting how many things there wait for a person
   */
  public record Entry(String name, String section, String href, int waiting) {}

  /** A step of the way to the page. */
  public record Crumb(String name, String href) {}

  /** The same with crumbs. */
  public Shell at(Crumb... way) {
    return new Shell(project, projects, groups, List.of(way), htmx);
  }
}
