package dev.fovea.roles.wire;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds null where Fovea's records have no place for it. */
final class Gaps {
  private static final String OURS = "dev.fovea.";

  private Gaps() {}

  /** Where the first one is, such as {@code frames[3].image}; empty where there is none. */
  static Optional<String> first(Object body) {
    return in(body, "");
  }

  private static Optional<String> in(@Nullable Object value, String path) {
    return switch (value) {
      case null -> Optional.of(path);
      case Record ours when ours.getClass().getName().startsWith(OURS) -> inside(ours, path);
      case Optional<?> optional -> optional.flatMap(present -> in(present, path));
      case Collection<?> all -> {
        int i = 0;
        for (var each : all) {
          var found = in(each, "%s[%d]".formatted(path, i++));
          if (found.isPresent()) {
            yield found;
          }
        }
        yield Optional.empty();
      }
      case Map<?, ?> map -> {
        for (var entry : map.entrySet()) {
          var found = in(entry.getValue(), child(path, String.valueOf(entry.getKey())));
          if (found.isPresent()) {
            yield found;
          }
        }
        yield Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  private static Optional<String> inside(Record ours, String path) {
    for (var component : ours.getClass().getRecordComponents()) {
      var value = value(ours, component);
      if (value == null && component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        continue;
      }
      var found = in(value, child(path, component.getName()));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static String child(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static @Nullable Object value(Record ours, RecordComponent component) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(ours);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("accessor of " + component, e);
    }
  }
}
