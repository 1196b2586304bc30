package dev.fovea.labels;

/**
 * What formats say about an object in fixed places.
 *
 * @param crowd the shape covers many objects at once (COCO's {@code iscrowd})
 * @param occluded something hides a part of it
 * @param truncated it goes on beyond the image
 * @param difficult not counted in an evaluation (Pascal VOC)
 * @param group objects of one image with the same number belong together; 0 for none
 * @param zOrder which shape lies above which; 0 at the bottom
 */
public record Traits(
    boolean crowd, boolean occluded, boolean truncated, boolean difficult, long group, int zOrder) {
  /** Nothing special. */
  public static final Traits NONE = new Traits(false, false, false, false, 0, 0);

  public Traits withCrowd(boolean value) {
    return new Traits(value, occluded, truncated, difficult, group, zOrder);
  }

  public Traits withOccluded(boolean value) {
    return new Traits(crowd, value, truncated, difficult, group, zOrder);
  }

  public Traits withTruncated(boolean value) {
    return new Traits(crowd, occluded, value, difficult, group, zOrder);
  }

  public Traits withDifficult(boolean value) {
    return new Traits(crowd, occluded, truncated, value, group, zOrder);
  }

  public Traits withGroup(long value) {
    return new Traits(crowd, occluded, truncated, difficult, value, zOrder);
  }

  public Traits withZOrder(int value) {
    return new Traits(crowd, occluded, truncated, difficult, group, value);
  }
}
