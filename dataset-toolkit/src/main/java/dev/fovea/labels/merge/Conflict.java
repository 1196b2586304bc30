package dev.fovea.labels.merge;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.Decimals;
import dev.fovea.labels.Shape.Box;
import java.util.Optional;

/**
 * Something that both sides changed, each in another way; the result has what ours says.
 *
 * @param image its path; empty where a class of the dataset is meant
 * @param object such as {@code object 7 'car' at [10, 20, 50, 30]}, or {@code class 'car'}; empty
 *     where the image itself is meant
 * @param field what of it, such as {@code class} or {@code attribute 'colour'}
 * @param ours what our side says
 * @param theirs what their side says
 */
public record Conflict(String image, String object, String field, String ours, String theirs) {
  private static final String GONE = "deleted";

  static Conflict in(String image, Annotation object, String field, Object ours, Object theirs) {
    return new Conflict(
        image, described(object), field, String.valueOf(ours), String.valueOf(theirs));
  }

  static Conflict deletedByUs(String image, Annotation before, Annotation theirs) {
    return in(image, before, "the object", GONE, "changed to " + described(theirs));
  }

  static Conflict deletedByThem(String image, Annotation before, Annotation ours) {
    return in(image, before, "the object", "changed to " + described(ours), GONE);
  }

  static Conflict addedByBoth(String image, Annotation ours, Annotation theirs, double overlap) {
    return in(
        image,
        ours,
        "one object or two, overlapping by %d %%".formatted(Math.round(100 * overlap)),
        "added " + described(ours),
        "added " + described(theirs));
  }

  static Conflict ofImage(String image, String field, Object ours, Object theirs) {
    return new Conflict(image, "", field, String.valueOf(ours), String.valueOf(theirs));
  }

  static Conflict ofClass(String name, String field, Object ours, Object theirs) {
    return new Conflict(
        "",
        "class '%s'".formatted(Text.excerpt(name)),
        field,
        String.valueOf(ours),
        String.valueOf(theirs));
  }

  private static String described(Annotation object) {
    var number = object.id().isPresent() ? object.id().getAsLong() + " " : "";
    return "object %s'%s'%s"
        .formatted(number, Text.excerpt(object.label()), place(object.bounds()));
  }

  private static String place(Optional<Box> bounds) {
    return bounds
        .map(box ->
            " at [%s, %s, %s, %s]"
                .formatted(number(box.x1()), number(box.y1()), number(box.x2()), number(box.y2())))
        .orElse("");
  }

  private static String number(double value) {
    return Double.isFinite(value) ? Decimals.text(value) : Double.toString(value);
  }

  /** Where it is, what it is, and both values, on one line. */
  public String text() {
    var where =
        image.isEmpty() || object.isEmpty()
            ? Text.excerpt(image) + object
            : Text.excerpt(image) + ", " + object;
    return "%s: %s: ours %s, theirs %s"
        .formatted(where, field, Text.excerpt(ours), Text.excerpt(theirs));
  }
}
