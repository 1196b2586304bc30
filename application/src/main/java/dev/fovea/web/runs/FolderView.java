package dev.fovea.web.runs;

import dev.fovea.registry.RunFiles.File;
import dev.fovea.registry.RunFolder;
import dev.fovea.registry.RunFolder.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One folder of a run's files, as a part of it is shown.
 *
 * @param under the folder's path; empty for the root
 * @param after the key behind which this part begins; empty for the first
 */
record FolderView(String under, String after, RunFolder part) {
  /** Folders above this one are left out of the way to it where there are more. */
  private static final int MOST_STEPS = 12;

  /** A folder above, or this one. */
  record Step(String name, String path) {}

  /** The way from the root down to it, without the root. */
  public List<Step> way() {
    var steps = new ArrayList<Step>();
    for (int end = under.indexOf('/'); end >= 0; end = under.indexOf('/', end + 1)) {
      add(steps, under.substring(0, end));
    }
    if (!under.isEmpty()) {
      add(steps, under);
    }
    return steps.size() > MOST_STEPS
        ? steps.subList(steps.size() - MOST_STEPS, steps.size())
        : steps;
  }

  private static void add(List<Step> steps, String path) {
    steps.add(new Step(path.substring(path.lastIndexOf('/') + 1), path));
  }

  public String path(Entry entry) {
    return under.isEmpty() ? entry.name() : under + "/" + entry.name();
  }

  /** Whether browsers show the file as a picture. */
  public boolean isPicture(Entry entry) {
    return entry
        .digest()
        .flatMap(digest -> LoggedImage.of(new File(path(entry), digest, entry.bytes())))
        .isPresent();
  }

  /** The key behind which the next part begins; empty where this is the last. */
  public Optional<String> next() {
    return part.more() ? Optional.of(part.entries().getLast().key()) : Optional.empty();
  }
}
