package dev.fovea.dvc;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether and where the objects of an output are kept (dvc 3.67, {@code output.py}).
 *
 * @param cached whether DVC keeps it at all: {@code cache: false} leaves it to Git, or to nobody
 * @param pushed whether it is sent to remotes: {@code push: false}
 * @param persistent whether a stage finds it as it was when it runs again: {@code persist: true}
 * @param remote the only remote that has it; absent for the default one
 */
public record Sharing(boolean cached, boolean pushed, boolean persistent, Optional<String> remote) {
  /** What {@code dvc add} says. */
  public static final Sharing USUAL = new Sharing(true, true, false, Optional.empty());

  public static final List<String> FLAGS = List.of("cache", "push", "persist");
  static final Set<String> KEYS = Set.of("cache", "push", "persist", "remote");

  /** What the keys of an output say. */
  public static Sharing of(Map<?, ?> out) {
    return new Sharing(
        !isFalse(out.get("cache")),
        !isFalse(out.get("push")),
        Boolean.TRUE.equals(out.get("persist")),
        Optional.ofNullable(out.get("remote")).map(String::valueOf));
  }

  private static boolean isFalse(@Nullable Object flag) {
    return Boolean.FALSE.equals(flag);
  }
}
