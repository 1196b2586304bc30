package dev.fovea.datasets.versions;

import dev.fovea.datasets.DatasetDiff;
import dev.fovea.datasets.DatasetDiff.Relabelled;
import dev.fovea.datasets.DatasetDiff.Total;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Lists as much of a diff as somebody can look at, and compares the objects of that. */
final class DiffListing {
  private static final int MOST_IMAGES = 1_000;
  private static final int MOST_OBJECTS = 20_000;

  private DiffListing() {}

  static DatasetDiff of(Digest from, Digest to, ManifestDiff diff) {
    return new DatasetDiff(
        from,
        to,
        first(diff.added(), DiffListing::objects),
        first(diff.removed(), DiffListing::objects),
        first(diff.relabelled(), pair -> objects(pair.before()) + objects(pair.after())).stream()
            .map(pair ->
                new Relabelled(
                    pair.before(),
                    pair.after(),
                    ObjectComparison.between(pair.before(), pair.after())))
            .toList(),
        diff.unchanged(),
        new Total(diff.added().size(), diff.removed().size(), diff.relabelled().size()));
  }

  private static int objects(Sample sample) {
    return sample.objects().size();
  }

  /** Those before the limit is passed; the first of them in any case. */
  private static <T> List<T> first(List<T> all, ToIntFunction<T> objects) {
    var listed = new ArrayList<T>();
    long held = 0;
    for (var each : all) {
      held += objects.applyAsInt(each);
      if (listed.size() == MOST_IMAGES || (held > MOST_OBJECTS && !listed.isEmpty())) {
        break;
      }
      listed.add(each);
    }
    return listed;
  }
}
