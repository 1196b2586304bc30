package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.Table;
import dev.fovea.datasets.ImageHistories.Change;
import dev.fovea.datasets.ImageHistories.ImageHistory;
import dev.fovea.datasets.ImageHistories.Place;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An image's history as a person reads it. */
final class HistoryTable {
  private HistoryTable() {}

  static String of(ImageHistory history) {
    var table = new Table("VERSION", "WHAT", "PATH", "LABEL", "SPLIT", "COMMIT", "AUTHOR", "AT");
    history
        .changes()
        .forEach(change ->
            table.row(
                change.number(),
                change.what().stream()
                    .map(what -> what.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ")),
                told(change, Place::path),
                told(change, Place::label),
                told(change, Place::split),
                change.commit().abbreviated(),
                change.author(),
                change.at()));
    var text = new StringBuilder(table.toString());
    history
        .next()
        .ifPresent(
            next -> text.append("there are more, before version %d%n".formatted(next.before())));
    if (history.waiting() > 0) {
      text.append(
          "%d versions are not read yet: what they did is missing here%n"
              .formatted(history.waiting()));
    }
    return text.toString();
  }

  private static String told(Change change, Function<Place, String> of) {
    var before = change.before().map(of);
    var after = change.after().map(of);
    return before.isPresent() && after.isPresent() && !before.equals(after)
        ? before.get() + " -> " + after.get()
        : after.or(() -> before).orElse("");
  }
}
