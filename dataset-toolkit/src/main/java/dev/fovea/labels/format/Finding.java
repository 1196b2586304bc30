package dev.fovea.labels.format;

/**
 * Something in a label file that its reader could read, and that somebody should judge.
 *
 * @param file inside the dataset
 * @param line from 1; 0 where the format has no lines, or the whole file is meant
 * @param text what is there and what was expected
 */
public record Finding(Kind kind, String file, int line, String text) {
  /** What sort of thing it is. */
  public enum Kind {
    /** A coordinate is NaN or infinite. */
    NOT_FINITE,
    /** A box whose right edge lies left of its left one, or its lower above its upper. */
    INVERTED,
    /** A box or outline that encloses nothing. */
    EMPTY,
    /** A shape that leaves its image. */
    OUTSIDE,
    /** A stated size of an image that is not its size once decoded. */
    OTHER_SIZE,
    /** An annotation of a class that the file does not have; left out. */
    UNKNOWN_CLASS,
    /** An annotation of an image that the file does not have; left out. */
    UNKNOWN_IMAGE,
    /** Annotations in fractions of an image whose size is not known; left out. */
    UNKNOWN_SIZE,
    /** A path that may not be used; the image is left out. */
    BAD_PATH,
    /** A file that should count pixels from 1 has a pixel 0; said once for a dataset. */
    COUNTED_FROM_ZERO,
    /** One thing said twice. */
    DUPLICATE,
    /** A part that cannot be read; left out. */
    UNREADABLE,
    /** An object of a kind that is not read, such as a cuboid; left out. */
    OTHER_SHAPE,
    /** A part that means something to the format and nothing here; left out. */
    NOT_KEPT
  }
}
