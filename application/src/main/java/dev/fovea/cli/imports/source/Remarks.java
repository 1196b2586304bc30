package dev.fovea.cli.imports.source;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a reader of an import must know: what could not be read or kept as it was, and what differs
 * in the end. Each sentence once, at most 200 of a kind, the rest counted.
 */
public final class Remarks {
  private static final int MOST = 200;

  private final Sentences notes = new Sentences();
  private final Sentences faults = new Sentences();

  /** Something is kept in another form, or has no place here: no fault of either side. */
  public void note(String sentence) {
    notes.add(sentence);
  }

  /** Something is missing that should be there: the import is not whole. */
  public void fault(String sentence) {
    faults.add(sentence);
  }

  public List<String> notes() {
    return notes.told();
  }

  public List<String> faults() {
    return faults.told();
  }

  /** Sentences of one kind. */
  private static final class Sentences {
    private final Set<String> told = new LinkedHashSet<>();
    private long untold;

    void add(String sentence) {
      if (told.size() < MOST) {
        told.add(sentence);
      } else if (!told.contains(sentence)) {
        untold++;
      }
    }

    List<String> told() {
      var all = new ArrayList<>(told);
      if (untold > 0) {
        all.add("and %d more".formatted(untold));
      }
      return List.copyOf(all);
    }
  }
}
