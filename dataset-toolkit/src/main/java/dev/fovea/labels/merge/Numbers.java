package dev.fovea.labels.merge;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.merge.ImageMerge.Merged;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Numbers of images and annotations, each unique in its split. Those of our side stay; one of
 * theirs that is taken becomes the next above all, in the order in which images are written.
 */
final class Numbers {
  private final Map<String, Taken> images = new HashMap<>();
  private final Map<String, Taken> annotations = new HashMap<>();

  /** What is taken in one split, and the largest number that anything there has. */
  private static final class Taken {
    private final Set<Long> numbers = new HashSet<>();
    private long most;

    void see(OptionalLong number) {
      most = Math.max(most, number.orElse(0));
    }

    void claim(OptionalLong number) {
      number.ifPresent(numbers::add);
    }

    OptionalLong free(OptionalLong wanted) {
      if (wanted.isPresent() && !numbers.add(wanted.getAsLong())) {
        most = next(most, numbers);
        numbers.add(most);
        return OptionalLong.of(most);
      }
      return wanted;
    }
  }

  private Numbers() {}

  /** The number after this one that is not taken; from 1 again behind the largest there is. */
  static long next(long most, Set<Long> taken) {
    long next = most == Long.MAX_VALUE ? 1 : most + 1;
    while (taken.contains(next)) {
      next = next == Long.MAX_VALUE ? 1 : next + 1;
    }
    return next;
  }

  static List<LabelledImage> settle(List<Merged> merged) {
    var numbers = new Numbers();
    merged.forEach(numbers::claim);
    return merged.stream().map(numbers::settle).toList();
  }

  private void claim(Merged each) {
    var image = each.image();
    var ofImages = images.computeIfAbsent(image.split(), _ -> new Taken());
    ofImages.see(image.id());
    if (each.numbered()) {
      ofImages.claim(image.id());
    }
    var ofAnnotations = annotations.computeIfAbsent(image.split(), _ -> new Taken());
    for (int i = 0; i < image.annotations().size(); i++) {
      var id = image.annotations().get(i).id();
      ofAnnotations.see(id);
      if (i < each.own()) {
        ofAnnotations.claim(id);
      }
    }
  }

  private LabelledImage settle(Merged each) {
    var image = each.image();
    var ofImages = images.computeIfAbsent(image.split(), _ -> new Taken());
    var id = each.numbered() ? image.id() : ofImages.free(image.id());
    var ofAnnotations = annotations.computeIfAbsent(image.split(), _ -> new Taken());
    var settled = new ArrayList<Annotation>();
    for (int i = 0; i < image.annotations().size(); i++) {
      var annotation = image.annotations().get(i);
      settled.add(
          i < each.own() ? annotation : annotation.withId(ofAnnotations.free(annotation.id())));
    }
    return image.withId(id).withAnnotations(settled);
  }
}
