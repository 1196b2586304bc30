package dev.fovea.labels.merge;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Extras;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** Merges fields that Fovea does not read, each by itself. */
final class ExtrasMerge {
  private static final String NONE = "none";

  private final Conflicts conflicts;

  ExtrasMerge(Conflicts conflicts) {
    this.conflicts = conflicts;
  }

  /** Names a conflict of one field. */
  @FunctionalInterface
  interface Naming {
    Conflict of(String field, String ours, String theirs);
  }

  Extras merge(Extras base, Extras ours, Extras theirs, Naming naming) {
    var names = new LinkedHashSet<String>();
    List.of(ours, theirs).forEach(each -> names.addAll(each.fields().keySet()));
    var merged = new LinkedHashMap<String, String>();
    for (var name : names) {
      conflicts
          .merge(
              value(base, name),
              value(ours, name),
              value(theirs, name),
              (a, b) ->
                  naming.of(
                      "field '%s'".formatted(Text.excerpt(name)), a.orElse(NONE), b.orElse(NONE)))
          .ifPresent(value -> merged.put(name, value));
    }
    return new Extras(merged);
  }

  private static Optional<String> value(Extras side, String name) {
    return Optional.ofNullable(side.fields().get(name));
  }
}
