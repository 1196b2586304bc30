package dev.fovea.registry;

/**
 * A run as far as a page has room for it.
 *
 * @param run with the first parameters, metrics and tags alone, each value cut at {@link
 *     #VALUE_CHARS} characters
 * @param params how many parameters it has, counted up to {@link #COUNTED}
 * @param metrics how many metrics it has, counted up to {@link #COUNTED}
 */
public record RunExcerpt(Run run, int params, int metrics) {
  /** Longer values are cut here. */
  public static final int VALUE_CHARS = 500;

  /** Nobody reads further, so nobody counts further. */
  public static final int COUNTED = 1_000;
}
