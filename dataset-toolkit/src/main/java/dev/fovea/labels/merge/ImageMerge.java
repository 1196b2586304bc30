package dev.fovea.labels.merge;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Licence;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.compare.AnnotationDiff;
import dev.fovea.labels.compare.AnnotationDiff.Pair;
import dev.fovea.labels.compare.Matching;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Merges one image. */
final class ImageMerge {
  // A judgement: detectors' suppression takes boxes of one class for one object from 0.5 to 0.7 of
  // overlap; here a wrong guess loses somebody's work, so the bar is higher.
  private static final double ADDED_TWICE = 0.9;
  // Below that, and from Pascal VOC's criterion for one object, somebody has to look.
  private static final double PERHAPS_ONE = 0.5;
  private static final String GONE = "deleted";
  private static final String CHANGED = "changed";

  private final Conflicts conflicts;
  private final ExtrasMerge extras;

  ImageMerge(Conflicts conflicts) {
    this.conflicts = conflicts;
    this.extras = new ExtrasMerge(conflicts);
  }

  /**
   * A merged image.
   *
   * @param own how many of its annotations, the first ones, have numbers of our side
   * @param numbered whether its own number is that of our side, in the split of our side
   */
  record Merged(LabelledImage image, int own, boolean numbered) {
    static Merged ours(LabelledImage image) {
      return new Merged(image, image.annotations().size(), true);
    }

    static Merged theirs(LabelledImage image) {
      return new Merged(image, 0, false);
    }
  }

  /** Absent where it is deleted, or nowhere. */
  Optional<Merged> merge(
      Optional<LabelledImage> base, Optional<LabelledImage> ours, Optional<LabelledImage> theirs) {
    if (ours.isPresent() && theirs.isPresent()) {
      return Optional.of(both(base, ours.get(), theirs.get()));
    }
    if (base.isEmpty()) {
      return ours.map(Merged::ours).or(() -> theirs.map(Merged::theirs));
    }
    var before = base.get();
    if (theirs.isPresent() && !saySame(before, theirs.get())) {
      conflicts.add(Conflict.ofImage(before.path(), "the image", GONE, CHANGED));
    }
    if (ours.isPresent() && !saySame(before, ours.get())) {
      conflicts.add(Conflict.ofImage(before.path(), "the image", CHANGED, GONE));
      return ours.map(Merged::ours);
    }
    return Optional.empty();
  }

  private static boolean saySame(LabelledImage a, LabelledImage b) {
    return a.split().equals(b.split())
        && a.slice().equals(b.slice())
        && a.size().equals(b.size())
        && a.licence().equals(b.licence())
        && a.extras().equals(b.extras())
        && AnnotationDiff.between(a.annotations(), b.annotations()).isEmpty();
  }

  private Merged both(Optional<LabelledImage> base, LabelledImage ours, LabelledImage theirs) {
    var before = base.orElse(nothing(ours.path()));
    var split = field(ours.path(), "split", before.split(), ours.split(), theirs.split());
    var slice = field(ours.path(), "slice", before.slice(), ours.slice(), theirs.slice());
    var size = field(ours.path(), "size", before.size(), ours.size(), theirs.size());
    var licence =
        conflicts.merge(
            before.licence(),
            ours.licence(),
            theirs.licence(),
            (a, b) -> Conflict.ofImage(ours.path(), "licence", shown(a), shown(b)));
    var rest =
        extras.merge(
            before.extras(),
            ours.extras(),
            theirs.extras(),
            (name, a, b) -> Conflict.ofImage(ours.path(), name, a, b));
    var objects = new Objects(before, ours, theirs);
    objects.merge();
    boolean stays = split.equals(ours.split());
    return new Merged(
        new LabelledImage(
            ours.path(), split, slice, ours.id(), size, objects.merged, licence, rest),
        stays ? objects.own : 0,
        stays);
  }

  private static String shown(Optional<Licence> licence) {
    return licence.map(each -> each.number() + " " + each.extras().fields()).orElse("none");
  }

  private static LabelledImage nothing(String path) {
    return new LabelledImage(
        path, "", Optional.empty(), OptionalLong.empty(), Optional.empty(), List.of());
  }

  private <T> T field(String path, String name, T base, T ours, T theirs) {
    return conflicts.merge(base, ours, theirs, (a, b) -> Conflict.ofImage(path, name, a, b));
  }

  /** The objects of an image that both sides have, ours first and in our order. */
  private final class Objects {
    private final String path;
    private final List<Annotation> base;
    private final List<Annotation> ours;
    private final List<Annotation> theirs;
    private final Matching toOurs;
    private final Matching toTheirs;
    private final List<Integer> mine;
    private final List<Integer> others;
    private final Map<Integer, Integer> twice; // theirs, by ours
    private final ObjectMerge fields;
    private final List<Annotation> merged = new ArrayList<>();
    private int own;

    Objects(LabelledImage before, LabelledImage our, LabelledImage their) {
      this.path = our.path();
      this.base = before.annotations();
      this.ours = our.annotations();
      this.toOurs = Matching.of(base, ours);
      this.toTheirs = Matching.of(base, their.annotations());
      this.mine = added(ours, toOurs);
      this.others = added(their.annotations(), toTheirs);
      this.twice = twice(their.annotations());
      this.theirs = Groups.aligned(base, ours, their.annotations(), same(their.annotations()));
      this.fields = new ObjectMerge(path, conflicts);
    }

    private List<Pair> same(List<Annotation> their) {
      var same = new ArrayList<Pair>();
      for (int i = 0; i < base.size(); i++) {
        if (toOurs.after(i).isPresent() && toTheirs.after(i).isPresent()) {
          same.add(
              new Pair(
                  ours.get(toOurs.after(i).getAsInt()), their.get(toTheirs.after(i).getAsInt())));
        }
      }
      twice.forEach((i, k) -> same.add(new Pair(ours.get(i), their.get(k))));
      return same;
    }

    void merge() {
      for (int i = 0; i < ours.size(); i++) {
        var before = toOurs.before(i);
        var object = ours.get(i);
        if (before.isEmpty()) {
          var twin = twice.get(i);
          merged.add(twin == null ? object : fields.mergeAdded(object, theirs.get(twin)));
        } else {
          descended(base.get(before.getAsInt()), before.getAsInt(), object).ifPresent(merged::add);
        }
      }
      own = merged.size();
      for (int i = 0; i < base.size(); i++) {
        if (toOurs.after(i).isEmpty() && toTheirs.after(i).isPresent()) {
          var other = theirs.get(toTheirs.after(i).getAsInt());
          if (!new Pair(base.get(i), other).isUnchanged()) {
            conflicts.add(Conflict.deletedByUs(path, base.get(i), other));
          }
        }
      }
      if (!classifiedTwice()) {
        var known = new HashSet<>(twice.values());
        others.stream().filter(each -> !known.contains(each)).map(theirs::get).forEach(merged::add);
      }
    }

    // Absent where their side deleted it, and ours left it as it was.
    private Optional<Annotation> descended(Annotation before, int place, Annotation object) {
      var other = toTheirs.after(place);
      if (other.isPresent()) {
        return Optional.of(fields.merge(before, object, theirs.get(other.getAsInt())));
      }
      if (new Pair(before, object).isUnchanged()) {
        return Optional.empty();
      }
      conflicts.add(Conflict.deletedByThem(path, before, object));
      return Optional.of(object);
    }

    private static List<Integer> added(List<Annotation> side, Matching toSide) {
      var added = new ArrayList<Integer>();
      for (int i = 0; i < side.size(); i++) {
        if (toSide.before(i).isEmpty()) {
          added.add(i);
        }
      }
      return added;
    }

    private Map<Integer, Integer> twice(List<Annotation> their) {
      var matching =
          Matching.of(
              mine.stream().map(ours::get).toList(), others.stream().map(their::get).toList());
      var twins = new LinkedHashMap<Integer, Integer>();
      for (int i = 0; i < mine.size(); i++) {
        var twin = matching.after(i);
        if (twin.isPresent()) {
          int place = others.get(twin.getAsInt());
          var pair = new Pair(ours.get(mine.get(i)), their.get(place));
          double overlap = pair.overlap();
          if (pair.isUnchanged() || (!pair.isRelabelled() && overlap >= ADDED_TWICE)) {
            twins.put(mine.get(i), place);
          } else if (overlap >= PERHAPS_ONE) {
            conflicts.add(Conflict.addedByBoth(path, pair.before(), pair.after(), overlap));
          }
        }
      }
      return twins;
    }

    // An image without a class that was given one by each side, and another.
    private boolean classifiedTwice() {
      boolean differ =
          twice.isEmpty()
              && mine.size() == 1
              && others.size() == 1
              && base.stream().noneMatch(each -> each.shape() instanceof WholeImage)
              && ours.get(mine.getFirst()).shape() instanceof WholeImage
              && theirs.get(others.getFirst()).shape() instanceof WholeImage;
      if (differ) {
        conflicts.add(
            Conflict.ofImage(
                path,
                "class",
                ours.get(mine.getFirst()).label(),
                theirs.get(others.getFirst()).label()));
      }
      return differ;
    }
  }
}
