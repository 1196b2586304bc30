package dev.fovea.roles;

import java.util.Locale;

/**
 * A part of Fovea that can run in a process of its own; {@code --roles=registry,datasets} chooses,
 * unset means all.
 */
public enum ServiceRole {
  DATASETS,
  REGISTRY,
  LAB,
  PIPELINES,
  ROLLOUTS,
  WEB;

  /**
   * In lower case: its name in {@code --roles}, of its database schema and of its group of HTTP
   * clients.
   */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
