package dev.fovea.dvc.work;

import java.util.List;

/**
 * What {@code .dvc} files say.
 *
 * @param tracked by path
 * @param unreadable those that say nothing
 */
record Described(List<Tracked> tracked, List<Unreadable> unreadable) {
  static final Described NOTHING = new Described(List.of(), List.of());

  /** What lies in a part of the repository, or has a part of it. */
  Described within(Scope scope) {
    return new Described(
        tracked.stream().filter(each -> scope.touches(each.path())).toList(),
        unreadable.stream().filter(each -> scope.touches(Descriptions.data(each.path()))).toList());
  }

  boolean isEmpty() {
    return tracked.isEmpty() && unreadable.isEmpty();
  }
}
