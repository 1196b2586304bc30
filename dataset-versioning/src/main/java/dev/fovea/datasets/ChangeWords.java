package dev.fovea.datasets;

import dev.fovea.datasets.DatasetDiff.Relabelled;
import dev.fovea.datasets.LabelledObject.Kind;
import dev.fovea.datasets.ObjectDiff.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Says in one line what changed of an image, such as {@code 2 boxes added, 1 car -> truck}. */
final class ChangeWords {
  private static final int SHOWN_CLASSES = 3;

  private final Sample before;
  private final Sample after;
  private final List<String> words = new ArrayList<>();
  private Optional<String> noun = Optional.empty();

  private ChangeWords(Sample before, Sample after) {
    this.before = before;
    this.after = after;
  }

  static String of(Relabelled change) {
    var it = new ChangeWords(change.before(), change.after());
    it.turned(change.before().label(), change.after().label());
    it.turned(change.before().split(), change.after().split());
    it.turned(change.before().slice().orElse(""), change.after().slice().orElse(""));
    it.objects(change.objects());
    return String.join(", ", it.words);
  }

  private void turned(String from, String to) {
    if (!from.equals(to)) {
      words.add("%s -> %s".formatted(named(from), named(to)));
    }
  }

  private static String named(String text) {
    return text.isEmpty() ? "none" : text;
  }

  private void objects(ObjectDiff diff) {
    count("added", diff.added().stream().map(after.objects()::get).toList());
    count("removed", diff.removed().stream().map(before.objects()::get).toList());
    count("moved", now(diff.moved()));
    relabelled(diff.relabelled());
    count("changed", now(diff.changed()));
  }

  private void relabelled(List<Pair> pairs) {
    var classes = new TreeMap<String, Integer>();
    for (var pair : pairs) {
      var from = before.objects().get(pair.before()).label();
      var to = after.objects().get(pair.after()).label();
      classes.merge("%s -> %s".formatted(from, to), 1, Integer::sum);
    }
    if (classes.size() <= SHOWN_CLASSES) {
      classes.forEach((text, count) -> words.add("%d %s".formatted(count, text)));
    } else {
      count("relabelled", now(pairs));
    }
  }

  private List<LabelledObject> now(List<Pair> pairs) {
    return pairs.stream().map(pair -> after.objects().get(pair.after())).toList();
  }

  private void count(String what, List<LabelledObject> objects) {
    if (objects.isEmpty()) {
      return;
    }
    // "2 boxes added, 1 moved": what is counted is said again where it is something else.
    var several = noun(objects, false);
    var said = noun.equals(Optional.of(several)) ? "" : " " + noun(objects, objects.size() == 1);
    noun = Optional.of(several);
    words.add("%d%s %s".formatted(objects.size(), said, what));
  }

  private static String noun(List<LabelledObject> objects, boolean isOne) {
    List<Kind> kinds = objects.stream().map(LabelledObject::kind).distinct().toList();
    return kinds.size() == 1 ? kinds.getFirst().noun(isOne) : isOne ? "object" : "objects";
  }
}
