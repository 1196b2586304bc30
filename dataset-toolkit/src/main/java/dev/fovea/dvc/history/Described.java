package dev.fovea.dvc.history;

import dev.fovea.dvc.work.Descriptions;
import dev.fovea.dvc.work.Scope;
import dev.fovea.dvc.work.Tracked;
import java.util.List;

/**
 * What {@code .dvc} files say.
 *
 * @param tracked by path
 * @param unreadable those that say nothing
 */
public record Described(List<Tracked> tracked, List<Unreadable> unreadable) {
  public static final Described NOTHING = new Described(List.of(), List.of());

  /** What lies in a part of the repository, or has a part of it. */
  public Described within(Scope scope) {
    return new Described(
        tracked.stream().filter(each -> scope.touches(each.path())).toList(),
        unreadable.stream().filter(each -> scope.touches(Descriptions.data(each.path()))).toList());
  }

  public boolean isEmpty() {
    return tracked.isEmpty() && unreadable.isEmpty();
  }
}
