package dev.fovea.web.build;

import dev.fovea.datasets.ImageHistories.Change;
import dev.fovea.datasets.ImageHistories.Place;
import dev.fovea.datasets.ImageHistories.What;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * A change of an image as its history shows it.
 *
 * @param path that the image was looked for under, which an earlier step may have given another
 */
record ImageStep(Change change, String path) {
  /** Something of it that became something else. */
  record Turn(String what, String from, String to) {}

  /** The steps of a history, newest first, of what lies under a path. */
  static List<ImageStep> of(String path, List<Change> changes) {
    var steps = new ArrayList<ImageStep>();
    var name = path;
    for (var change : changes) {
      var step = new ImageStep(change, name);
      steps.add(step);
      if (step.place().isPresent() && change.before().isPresent()) {
        name = change.before().get().path();
      }
    }
    return List.copyOf(steps);
  }

  /** What lies under the path since this change; absent where the image left it. */
  public Optional<Place> place() {
    return change.after().filter(after -> after.path().equals(path));
  }

  /** The path that the image went to, where it left this one and stayed in the dataset. */
  public Optional<String> went() {
    return change.after().map(Place::path).filter(now -> !now.equals(path));
  }

  /** What there is to be seen of it: as it became, or as it was where it left. */
  public Place seen() {
    return change.after().or(change::before).orElseThrow();
  }

  /** In a few words, such as {@code Renamed, other split}. */
  public String words() {
    var words = new ArrayList<String>();
    change.what().forEach(what -> words.add(word(what)));
    var text = String.join(", ", words);
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private static String word(What what) {
    return switch (what) {
      case ADDED -> "added";
      case REMOVED -> "removed";
      case REPLACED -> "other picture";
      case RENAMED -> "renamed";
      case RELABELLED -> "relabelled";
      case RESPLIT -> "other split";
      case RESLICED -> "other slice";
    };
  }

  /** What became what; nothing of an image that was added or removed. */
  public List<Turn> turns() {
    var turns = new ArrayList<Turn>();
    add(turns, "Path", Place::path);
    add(turns, "Label", Place::label);
    add(turns, "Split", Place::split);
    add(turns, "Slice", place -> place.slice().orElse(""));
    return turns;
  }

  private void add(List<Turn> turns, String what, Function<Place, String> of) {
    if (change.before().isEmpty() || change.after().isEmpty()) {
      return;
    }
    var from = of.apply(change.before().get());
    var to = of.apply(change.after().get());
    if (!from.equals(to)) {
      turns.add(new Turn(what, named(from), named(to)));
    }
  }

  private static String named(String text) {
    return text.isEmpty() ? "none" : text;
  }

  /** Whether both pictures are to be seen, since they differ in more than words can say. */
  public boolean isDrawn() {
    return change.before().isPresent()
        && change.after().isPresent()
        && (change.what().contains(What.REPLACED)
            || (change.what().contains(What.RELABELLED) && !hasOtherLabel()));
  }

  private boolean hasOtherLabel() {
    return !change.before().map(Place::label).equals(change.after().map(Place::label));
  }
}
